import type { Diagnostic } from "../errors.ts";
import { type Dropped, droppedRefusal } from "../lifecycle/dropped.ts";

/**
 * Explains which dropped namespaces Cloudflare has objects of.
 *
 * @param classes on Cloudflare; undefined if it could not be asked
 */
export function droppedOnCloudflare(
	dropped: readonly Dropped[],
	classes: ReadonlySet<string> | undefined,
): Diagnostic[] {
	return dropped.flatMap((one) => {
		if (!classes)
			return [
				droppedRefusal(
					one,
					`Cloudflare could not be asked whether it has its class ${one.classes[0]}`,
				),
			];
		const name = one.classes.find((name) => classes.has(name));
		return name === undefined
			? []
			: [droppedRefusal(one, `Cloudflare has its class ${name}`)];
	});
}
