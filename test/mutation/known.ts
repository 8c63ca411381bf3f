import type { Equivalent } from "./equivalent.ts";

/**
 * Mutants that survive, as each of them was studied. An entry holds for all of
 * its function that make the same change of the same text.
 */
export const KNOWN: readonly Equivalent[] = [];
