import { Component, type ReactNode } from 'react';
import { Button, Problem } from './ui/index.ts';

/** Shows what a view has thrown, instead of an empty page. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Problem error={error} tools={<Button onClick={() => this.setState({ error: undefined })}>Try again</Button>} />;
  }
}
