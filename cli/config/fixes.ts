import { isScalar } from "yaml";
import type { z } from "zod";
import { type Identity, identity } from "./identity.ts";
import { defaultIdentity } from "./resolve.ts";
import { type Source, type Spot, withoutEnvironment } from "./source.ts";

/** What to write for the keys that a file cannot do without. */
const starters: Readonly<Record<string, string>> = {
	version: "write `version: 1`",
	namespaces: "add one, such as `namespaces: { visits: {} }`",
};

/** How a name that does not fit its rule was probably meant. */
const meant: Partial<Record<keyof Identity, (text: string) => string>> = {
	class: (text) => defaultIdentity(text).class,
	binding: (text) => text.replaceAll(/[^A-Za-z0-9]+/g, "_"),
	mount: (text) => `/${text.split("/").filter(Boolean).join("/")}`,
};

/** What to do about an issue, where that is plain from what is written. */
export function fixFor(
	{ code, path }: z.core.$ZodIssue,
	{ value }: Spot,
	source: Source,
): string | undefined {
	const starter = starters[path.join(".")];
	if (starter) return starter;
	if (!isScalar(value)) return undefined;
	const quoted = value.type?.startsWith("QUOTE") ?? false;
	const plain = /^-?\d+$|^(true|false)$/.test(String(value.value));
	if (code === "invalid_type" && typeof value.value === "string" && plain) {
		if (value.tag) return "remove the tag";
		if (quoted) return "remove the quotes";
	}
	const field = withoutEnvironment(path)[2] as keyof Identity;
	if (code !== "invalid_format" || source.filled.has(value)) return undefined;
	const name = meant[field]?.(String(value.value));
	const fits = name !== undefined && identity[field].safeParse(name).success;
	return fits ? `write ${name}` : undefined;
}
