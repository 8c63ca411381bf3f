import { fileURLToPath } from "node:url";

/** Where this program is: the folder above `cli`, or above `dist`. */
export const packageRoot: string = fileURLToPath(
	new URL("..", import.meta.url),
).replace(/[/\\]$/, "");
