import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends every test run with one plain line, `N passed, N failed` (and `, N skipped` when there are any), for people and scripts.
 * A file that cannot be loaded has no tests to count, so it counts as one failure; so does an error outside of all tests.
 */
export default class Closing implements Reporter {
  /** Called by vitest when everything has run. */
  onTestRunEnd(modules: readonly TestModule[], outside: readonly unknown[]): void {
    const count = { passed: 0, failed: outside.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        // A test that never came to an end has not passed.
        count[state === 'pending' ? 'failed' : state]++;
      }
      const suites = [...module.children.allSuites()];
      count.failed += module.errors().length > 0 ? 1 : 0;
      count.failed += suites.filter((suite) => suite.errors().length > 0).length;
    }
    console.log(`${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`);
  }
}
