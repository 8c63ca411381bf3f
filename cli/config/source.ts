import { createRequire } from "node:module";
import {
	type Document,
	isAlias,
	isCollection,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	type Pair,
	parseDocument,
	type YAMLMap,
} from "yaml";
import type { Place } from "../errors.ts";

const require = createRequire(import.meta.url);

/** Longest excerpt of the file: a longer one helps nobody. */
const MAX_FRAME_CHARACTERS = 400;

export type Path = readonly PropertyKey[];

/** Key and value at a path, or at the nearest place to it that is written. */
export interface Spot {
	key?: Node;
	value?: Node;
	/** It is only the nearest ancestor of what was asked for. */
	ancestor?: boolean;
}

type PairsByKey = Map<string, Pair<Node, Node | null>>;

/** Parts of a file that do not depend on the environment. */
interface Parsed {
	file: string;
	text: string;
	doc: Document.Parsed;
	lines: LineCounter;
	filled: Set<Node>;
	unfilled: Set<Node>;
	maps: WeakMap<Node, PairsByKey>;
}

/** A configuration's text, its YAML tree, and the way from one to the other. */
export class Source {
	readonly file: string;
	readonly text: string;
	readonly doc: Document.Parsed;
	/** Values that came from the environment; messages must not show them. */
	readonly filled: Set<Node>;
	/** Values that could not be filled in, which is a problem of its own. */
	readonly unfilled: Set<Node>;
	readonly #parsed: Parsed;
	readonly #lines: LineCounter;
	readonly #maps: WeakMap<Node, PairsByKey>;
	/** Path of the overrides that hold; empty at the top level. */
	readonly #overrides: Path;

	private constructor(parsed: Parsed, environment?: string) {
		this.#parsed = parsed;
		this.file = parsed.file;
		this.text = parsed.text;
		this.doc = parsed.doc;
		this.filled = parsed.filled;
		this.unfilled = parsed.unfilled;
		this.#lines = parsed.lines;
		this.#maps = parsed.maps;
		this.#overrides =
			environment === undefined ? [] : ["environments", environment];
	}

	static parse(file: string, text: string): Source {
		const lines = new LineCounter();
		const doc = parseDocument(text, {
			lineCounter: lines,
			prettyErrors: false,
			schema: "core",
			resolveKnownTags: false,
			stringKeys: true,
			// Found with the place of the first one by the tree check.
			uniqueKeys: false,
			logLevel: "error",
		});
		return new Source({
			file,
			text,
			doc,
			lines,
			filled: new Set(),
			unfilled: new Set(),
			maps: new WeakMap(),
		});
	}

	/** Looks at the same file as it is in an environment, or at the top level. */
	in(environment: string | undefined): Source {
		return new Source(this.#parsed, environment);
	}

	/**
	 * Finds the node that decides the value at `path`, be it in `defaults` or in what
	 * its environment overrides.
	 */
	locate(path: Path): Spot {
		for (const one of this.#deciding(path)) {
			const found = this.#walk(one);
			if (!found.ancestor) return found;
		}
		return this.#walk(path);
	}

	/** Lists the paths that may hold the value at `path`, the strongest first. */
	#deciding(path: Path): Path[] {
		const paths =
			path[0] === "namespaces" && path.length > 2
				? [path, ["defaults", ...path.slice(2)]]
				: [path];
		return this.#overrides.length > 0
			? paths.flatMap((one) => [[...this.#overrides, ...one], one])
			: paths;
	}

	/** Tells whether a value, or part of it, could not be filled in. */
	holdsUnfilled({ value }: Spot): boolean {
		const [start, end] = value?.range ?? [0, 0];
		return [...this.unfilled].some(({ range }) => {
			const at = range?.[0] ?? -1;
			return start <= at && at < end;
		});
	}

	/** Places a spot by its key, or by its value where it has no key. */
	placeOfKey({ key, value }: Spot): Place {
		return this.#placeOfNode(key ?? value);
	}

	/** Places a value; one that spans lines by its key. */
	placeOfValue(spot: Spot): Place {
		const { value } = spot;
		const short =
			!spot.ancestor &&
			(isScalar(value) || (isCollection(value) && value.flow));
		return short && this.written(value)
			? this.#placeOfNode(value)
			: this.placeOfKey(spot);
	}

	/** Answers the text of a node as the file has it. */
	written(node: Node): string {
		const [start, end] = node.range ?? [0, 0];
		return this.text.slice(start, end);
	}

	/** Makes the place from offset `start` to `end`, with the line before it. */
	place(start: number, end: number): Place {
		const { line, col } = this.#lines.linePos(start);
		const first = Math.max(line - 1, 1);
		const from = this.#lines.lineStarts[first - 1] ?? 0;
		const newline = this.text.indexOf("\n", start);
		const to = newline < 0 ? this.text.length : newline;
		// Babel breaks lines where YAML does not.
		const lines = this.text
			.slice(from, to)
			.replaceAll(/\r(?=\n|$)/g, "")
			.replaceAll(/[\r\u2028\u2029]/g, " ");
		const options = { linesAbove: 1, linesBelow: 0, startLine: first };
		const marked = {
			start: { line, column: col },
			end: { line, column: col + Math.min(end, to) - start },
		};
		const place = { file: this.file, line, column: col };
		if (lines.length > MAX_FRAME_CHARACTERS) return place;
		// Only now: a file without problems needs no frame.
		const {
			codeFrameColumns,
		}: typeof import("@babel/code-frame") = require("@babel/code-frame");
		return { ...place, frame: codeFrameColumns(lines, marked, options) };
	}

	#placeOfNode(node: Node | undefined): Place {
		const [start, end] = node?.range ?? [0, 0];
		const block = isCollection(node) && !node.flow;
		return this.place(start, block ? start + 1 : end);
	}

	#walk(path: Path): Spot {
		const root = this.doc.contents as Node;
		let spot: Spot = { value: root };
		for (const step of path) {
			const next = this.#child(this.#resolve(spot.value), step);
			if (!next) return { ...spot, ancestor: true };
			spot = next;
		}
		const value = this.#resolve(spot.value);
		return value ? { ...spot, value } : spot;
	}

	#child(parent: Node | undefined, step: PropertyKey): Spot | undefined {
		if (isSeq<Node>(parent)) {
			const value = parent.items[Number(step)];
			return value && { value };
		}
		if (!isMap<Node, Node | null>(parent)) return undefined;
		const pair = this.#pairs(parent).get(String(step));
		if (!pair?.value) return pair && { key: pair.key };
		return { key: pair.key, value: pair.value };
	}

	/** Indexes a map's pairs by key; of a key that is written twice the last counts. */
	#pairs(map: YAMLMap<Node, Node | null>): PairsByKey {
		const known = this.#maps.get(map);
		if (known) return known;
		const pairs = new Map(
			map.items.map((one) => [keyName(one.key) ?? "", one]),
		);
		this.#maps.set(map, pairs);
		return pairs;
	}

	/** Follows an alias to its node; any other node is itself. */
	#resolve(node: Node | undefined): Node | undefined {
		return isAlias(node) ? node.resolve(this.doc) : node;
	}
}

/** Drops the environment that a path starts in. */
export function withoutEnvironment(path: Path): Path {
	return path[0] === "environments" ? path.slice(2) : path;
}

/** Names a key as `toJS` does; undefined for one that is a collection. */
export function keyName(key: unknown): string | undefined {
	return isScalar(key) ? String(key.value ?? "") : undefined;
}

/** Cuts a text to its beginning, for use in a sentence. */
export function clip(text: string): string {
	const [line = ""] = text.split(/[\r\n]/, 1);
	return line.length < text.length || line.length > 60
		? `${line.slice(0, 60)}…`
		: line;
}

/** Quotes a node as the file has it; a variable's value stays secret. */
export function got(node: Node | undefined, source: Source): string {
	if (isMap(node)) return "a map";
	if (isSeq(node)) return "a list";
	const written = node ? clip(source.written(node)) : "";
	if (node && source.filled.has(node)) return `the value of \`${written}\``;
	// Marks `|` or `>` for a text on lines of its own: only these stand behind the key.
	const isBlock = isScalar(node) && node.type?.startsWith("BLOCK");
	return (isBlock ? clip(String(node.value)) : written) || "nothing";
}
