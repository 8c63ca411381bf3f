import { existsSync } from "node:fs";

/** Debian's. */
export const CHROMIUM = "/usr/bin/chromium";

/** False leaves out the tests in a browser; under CI they fail. */
export const hasChromium: boolean = existsSync(CHROMIUM);
