/**
 * Milliseconds that a test waits for something to become true. Only to end what
 * hangs: long, as machines are slow at times, and below a test's own time, so
 * that it says what was missing.
 */
export const WAIT_MS = 120_000;
