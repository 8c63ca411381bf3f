import { existsSync } from "node:fs";

/** Debian's. */
export const CHROMIUM = "/usr/bin/chromium";

/** Where this is missing, tests in a browser are left out; under CI they fail. */
export const hasChromium: boolean = existsSync(CHROMIUM);
