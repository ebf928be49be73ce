/** What a browser shows to say who is logged in: signed, so that nothing has to be kept of it. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who is logged in, until when. */
export interface Ticket {
  readonly account: string;
  /** How often all tickets of the account have been made void. */
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Twelve hours: a day's work. */
export const TICKET_MS = 12 * 3600_000;
/** The cookie's name. */
export const COOKIE = 'famenet';

/** The ticket as a cookie's value. */
export function sealed(ticket: Ticket, secret: Buffer): string {
  const body = Buffer.from(JSON.stringify(ticket)).toString('base64url');
  return `${body}.${signature(body, secret)}`;
}

/** The ticket, where it is ours and holds; undefined for whatever else was sent. */
export function unsealed(value: string | undefined, secret: Buffer, now: number): Ticket | undefined {
  const [body = '', signed = ''] = (value ?? '').split('.');
  const [ours, theirs] = [Buffer.from(signature(body, secret)), Buffer.from(signed)];
  if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) return undefined;
  const ticket = JSON.parse(Buffer.from(body, 'base64url').toString()) as Ticket; // signed, so it is what we wrote
  return ticket.until > now ? ticket : undefined;
}

/** The `Set-Cookie` header of a ticket; of none, the one that takes it away. `secure` where people come by https. */
export function cookieOf(value: string | undefined, secure: boolean): string {
  const age = value === undefined ? 0 : TICKET_MS / 1000;
  return `${COOKIE}=${value ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure ? '; Secure' : ''}`;
}

const signature = (body: string, secret: Buffer): string => createHmac('sha256', secret).update(`ticket ${body}`).digest('base64url');
