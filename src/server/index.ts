/** The server behind `famenet serve`: annotation, ratings, films and explanations for a person, or for a team. docs/server.md says who may do what. */
export { type Api, createApp } from './app.ts';
export { LIMITS, type Server, type ServerLimits } from './context.ts';
export { type Explainer, explainerOf } from './explainer.ts';
export type { Scorer } from './gate.ts';
export { isLoopback, type Listening, LOOPBACK, listen } from './listen.ts';
export { firstInvitation, type Opened, openServer, type ServerOptions } from './open.ts';
export { openPages, type Pages } from './pages.ts';
