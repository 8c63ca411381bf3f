import { nearest } from "./nearest.ts";
import type { ConfigProblem } from "./problem.ts";
import { knownKeys, type Level } from "./schema.ts";
import { clip, type Path, type Source } from "./source.ts";

const inLevel: Readonly<Record<Level, string>> = {
	file: "at the top level",
	worker: "in `worker`",
	kv: "in `kv`",
	defaults: "in `defaults`",
	namespace: "in a namespace",
	increment: "in `increment`",
	access: "in `access`",
	rateLimit: "in `rateLimit`",
	live: "in `live`",
	history: "in `history`",
	total: "in `total`",
	environment: "in an environment",
};

/** Reports a key that means nothing in the map at `path`, with a guess at the one meant. */
export function unknownKey(
	path: Path,
	key: string,
	source: Source,
): ConfigProblem {
	const level = levelOf(path);
	const where = source.placeOfKey(source.locate([...path, key]));
	if (level === "defaults" && knownKeys.namespace.includes(key))
		return {
			code: "not-in-defaults",
			what: `\`${key}\` cannot stand in \`defaults\`: no two namespaces share it`,
			fix: "move it into a namespace",
			where,
		};
	return {
		code: "unknown-key",
		what: `there is no key \`${clip(key)}\` ${inLevel[level]}`,
		fix: suggestion(key, level),
		where,
	};
}

function suggestion(key: string, level: Level): string {
	const known = knownKeys[level];
	const near = nearest(key, known);
	if (near) return `did you mean \`${near}\`?`;
	const homes = (Object.keys(inLevel) as Level[]).filter((one) =>
		knownKeys[one].includes(key),
	);
	return homes.length > 0
		? `\`${key}\` belongs ${homes.map((one) => inLevel[one]).join(" or ")}`
		: `known keys here: ${known.join(", ")}`;
}

function levelOf([first, second, third, ...rest]: Path): Level {
	if (first === "environments")
		return third === undefined ? "environment" : levelOf([third, ...rest]);
	const [level, inner] =
		first === "namespaces"
			? (["namespace", third] as const)
			: ([first ?? "file", second] as const);
	return (inner ?? level) as Level;
}
