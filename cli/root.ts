import { fileURLToPath } from "node:url";

/** Folder of this program: above `cli`, or above `dist`. */
export const packageRoot: string = fileURLToPath(
	new URL("..", import.meta.url),
).replace(/[/\\]$/, "");
