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
	visit,
	type YAMLMap,
} from "yaml";
import type { Place } from "../errors.ts";

const require = createRequire(import.meta.url);

/** A longer excerpt helps nobody. */
const maxFrame = 400;

export type Path = readonly PropertyKey[];

/** What stands at a path, or at the nearest place to it that is written. */
export interface Spot {
	key?: Node;
	value?: Node;
	/** It is only the nearest ancestor of what was asked for. */
	ancestor?: boolean;
}

/** A configuration's text, its YAML tree, and the way from one to the other. */
export class Source {
	readonly file: string;
	readonly doc: Document.Parsed;
	readonly text: string;
	/** Values that came from the environment; messages must not show them. */
	readonly filled: Set<Node> = new Set();
	/** Values that could not be filled in, which is a problem of its own. */
	readonly unfilled: Set<Node> = new Set();
	/** Path of the overrides that hold at present; empty at the top level. */
	environment: Path = [];
	readonly #lines = new LineCounter();
	readonly #maps = new WeakMap<Node, Map<string, Pair<Node, Node | null>>>();

	constructor(file: string, text: string) {
		this.file = file;
		this.text = text;
		this.doc = parseDocument(text, {
			lineCounter: this.#lines,
			prettyErrors: false,
			schema: "core",
			resolveKnownTags: false,
			stringKeys: true,
			// Found with the place of the first one by the tree check.
			uniqueKeys: false,
			logLevel: "error",
		});
	}

	/**
	 * The node that decides the value at `path`, be it in `defaults` or in what
	 * the present environment overrides.
	 */
	locate(path: Path): Spot {
		for (const one of this.#deciding(path)) {
			const found = this.#walk(one);
			if (!found.ancestor) return found;
		}
		return this.#walk(path);
	}

	/** The paths that may hold the value at `path`, the strongest first. */
	#deciding(path: Path): Path[] {
		const paths =
			path[0] === "namespaces" && path.length > 2
				? [path, ["defaults", ...path.slice(2)]]
				: [path];
		return this.environment.length > 0
			? paths.flatMap((one) => [[...this.environment, ...one], one])
			: paths;
	}

	/** Whether a value, or part of it, could not be filled in. */
	holdsUnfilled({ value }: Spot): boolean {
		const [start, end] = value?.range ?? [0, 0];
		return [...this.unfilled].some(({ range }) => {
			const at = range?.[0] ?? -1;
			return start <= at && at < end;
		});
	}

	/**
	 * Of keys that are written twice in a map, keeps the first; looks no deeper
	 * there. False if there is none.
	 */
	dropRepeated(): boolean {
		let dropped = false;
		visit(this.doc, {
			Map: (_, map) => {
				const seen = new Set<string | undefined>();
				const kept = map.items.filter(({ key }) => {
					const name = keyName(key);
					const first = !seen.has(name);
					seen.add(name);
					return first;
				});
				if (kept.length === map.items.length) return undefined;
				map.items = kept;
				this.#maps.delete(map);
				dropped = true;
				return visit.SKIP;
			},
		});
		return dropped;
	}

	/** Where a spot's key is written; the value where it has no key. */
	placeOfKey({ key, value }: Spot): Place {
		return this.#placeOfNode(key ?? value);
	}

	/** Where a value is written. One that spans lines is placed by its key. */
	placeOfValue(spot: Spot): Place {
		const { value } = spot;
		const short =
			!spot.ancestor &&
			(isScalar(value) || (isCollection(value) && value.flow));
		return short && this.written(value)
			? this.#placeOfNode(value)
			: this.placeOfKey(spot);
	}

	/** The text of a node as it stands in the file. */
	written(node: Node): string {
		const [start, end] = node.range ?? [0, 0];
		return this.text.slice(start, end);
	}

	/** The place from offset `start` to `end`, with the line before it. */
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
		if (lines.length > maxFrame) return place;
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

	/** A map's pairs by key; of a key that is written twice the last counts. */
	#pairs(
		map: YAMLMap<Node, Node | null>,
	): Map<string, Pair<Node, Node | null>> {
		const known = this.#maps.get(map);
		if (known) return known;
		const pairs = new Map(
			map.items.map((one) => [keyName(one.key) ?? "", one]),
		);
		this.#maps.set(map, pairs);
		return pairs;
	}

	/** What an alias stands for; any other node is itself. */
	#resolve(node: Node | undefined): Node | undefined {
		return isAlias(node) ? node.resolve(this.doc) : node;
	}
}

/** A path without the environment that it starts in. */
export function withoutEnvironment(path: Path): Path {
	return path[0] === "environments" ? path.slice(2) : path;
}

/** A key as `toJS` names it; undefined for one that is a collection. */
export function keyName(key: unknown): string | undefined {
	return isScalar(key) ? String(key.value ?? "") : undefined;
}

/** The beginning of a text, for use in a sentence. */
export function clip(text: string): string {
	const [line = ""] = text.split(/[\r\n]/, 1);
	return line.length < text.length || line.length > 60
		? `${line.slice(0, 60)}…`
		: line;
}
