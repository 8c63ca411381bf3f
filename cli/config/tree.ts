import {
	type Alias,
	isMap,
	isScalar,
	type Scalar,
	visit,
	type YAMLMap,
} from "yaml";
import type { ConfigProblem } from "./problem.ts";
import { clip, keyName, type Source } from "./source.ts";
import { type Env, fillIn } from "./variables.ts";

/**
 * Reads the plain values of a YAML tree with its variables filled in, and finds the
 * problems that it has whatever its keys mean.
 */
export function readTree(
	source: Source,
	env: Env,
): { value: unknown; problems: ConfigProblem[] } {
	const problems: ConfigProblem[] = [];
	const anchors = new Set<string>();
	const aliases: Alias[] = [];
	let selfAliased = false;
	visit(source.doc, {
		Pair(_, { key }) {
			if (!isScalar(key) || key.value !== "<<") return undefined;
			problems.push(mergeKey(source, key));
			return visit.REMOVE;
		},
		Alias(_, node, around) {
			aliases.push(node);
			const inside = node.resolve(source.doc);
			if (inside && around.includes(inside)) {
				problems.push(selfAlias(source, node));
				selfAliased = true;
			}
			if (!anchors.has(node.source)) problems.push(unknownAlias(source, node));
		},
		Value(key, node) {
			if (node.anchor) anchors.add(node.anchor);
			if (isMap(node))
				for (const one of duplicateKeys(source, node)) problems.push(one);
			if (!isScalar(node)) return;
			if (typeof node.value === "string" && !node.value.isWellFormed())
				problems.push(halfCharacter(source, node));
			if (key !== "key")
				for (const one of fillIn(source, node, env)) problems.push(one);
		},
	});
	if (selfAliased || problems.some((one) => one.code === "unknown-alias"))
		return { value: undefined, problems };
	const { value, bombed } = plainValue(source);
	const [first] = aliases;
	if (bombed && first) problems.push(bomb(source, first));
	return { value, problems };
}

/** Takes the values out of the tree; none if aliases repeat without measure. */
function plainValue({ doc }: Source): {
	value: unknown;
	bombed: boolean;
} {
	try {
		return { value: doc.toJS(), bombed: false };
	} catch (error) {
		if (!(error instanceof ReferenceError)) throw error;
		return { value: undefined, bombed: true };
	}
}

/** Refuses half of a character: written as UTF-8 it would become another text. */
function halfCharacter(source: Source, node: Scalar): ConfigProblem {
	return {
		code: "invalid-value",
		what: "this text holds half of a character: one `\\u` of a pair",
		fix: "write the character itself, or both halves, such as `\\ud83d\\ude00`",
		where: source.placeOfValue({ value: node }),
	};
}

function unknownAlias(source: Source, alias: Alias): ConfigProblem {
	return {
		code: "unknown-alias",
		what: `\`*${alias.source}\` repeats a value that is not named before it`,
		fix: `name the value with \`&${alias.source}\` where it first stands; a text that starts with \`*\` needs quotes`,
		where: source.placeOfKey({ value: alias }),
	};
}

/** Refuses a value that would hold itself, and so have no end. */
function selfAlias(source: Source, alias: Alias): ConfigProblem {
	return {
		code: "too-many-aliases",
		what: `\`*${alias.source}\` lies inside the value that it repeats`,
		fix: "write the values out",
		where: source.placeOfKey({ value: alias }),
	};
}

/** Explains a key that editors merge, and the program would take for a name. */
function mergeKey(source: Source, key: Scalar): ConfigProblem {
	return {
		code: "unknown-key",
		what: "`<<` is not part of YAML 1.2: nothing is merged here",
		fix: "write the keys out, or repeat a whole value by an alias; `defaults` holds what namespaces share, and environments are merged over the file",
		where: source.placeOfKey({ key }),
	};
}

function bomb(source: Source, alias: Alias): ConfigProblem {
	return {
		code: "too-many-aliases",
		what: "the aliases of this file (`*name`) repeat too much",
		fix: "write the values out, or share them under `defaults`",
		where: source.placeOfKey({ value: alias }),
	};
}

function* duplicateKeys(
	source: Source,
	map: YAMLMap,
): Generator<ConfigProblem> {
	const seen = new Map<string, Scalar>();
	for (const { key } of map.items) {
		const name = keyName(key);
		if (name === undefined || !isScalar(key)) continue;
		const first = seen.get(name);
		if (first)
			yield {
				code: "duplicate-key",
				what: `\`${clip(name)}\` is written twice here, first on line ${source.placeOfKey({ key: first }).line}`,
				fix: "remove one of the two",
				where: source.placeOfKey({ key }),
			};
		else seen.set(name, key);
	}
}
