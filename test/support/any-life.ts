import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "smol-toml";
import { loadConfig } from "../../cli/config/load.ts";
import type { Config } from "../../cli/config/schema.ts";
import { droppedOnCloudflare } from "../../cli/deploy/dropped.ts";
import { CounterGenError } from "../../cli/errors.ts";
import { toModel } from "../../cli/generator/model.ts";
import { render } from "../../cli/generator/render.ts";
import { readTemplates } from "../../cli/generator/templates.ts";
import type { Dropped } from "../../cli/lifecycle/dropped.ts";
import type { Pasts } from "../../cli/lifecycle/history.ts";
import { type WorkerState, workersOf } from "../../cli/lifecycle/workers.ts";
import {
	type Classes,
	type ExportEntry,
	reconcile,
} from "./cloudflare/reconcile.ts";

interface Written {
	class?: string;
	kvPrefix?: string;
	shardCount?: number;
	renamedFrom?: string;
}

/** A configuration as someone writes it. */
interface File {
	version: 1;
	namespaces: Record<string, Written>;
	removed: string[];
}

/** One thing that someone does: an edit of the file, or a deploy. */
export interface Step {
	does: keyof typeof edits | "deploy";
	key: number;
	name: number;
}

const keys = ["a", "b", "c", "d"];
/** Some are what a key's default would be. */
const names = ["a", "b", "c", "x", "y"];

const at = <Item>(items: readonly Item[], n: number) =>
	items[n % items.length] as Item;

/** Edits of a file; `key` is of a namespace that it has. */
const edits = {
	add({ namespaces, removed }: File, _: string, n: number) {
		const key = at(keys, n);
		namespaces[key] ??= n % 3 === 0 ? { kvPrefix: at(names, n) } : {};
		if (n % 2) removed.splice(0, 9, ...removed.filter((one) => one !== key));
	},
	remove({ namespaces, removed }: File, key: string) {
		delete namespaces[key];
		removed.push(key);
	},
	unlist({ removed }: File) {
		removed.pop();
	},
	rename({ namespaces, removed }: File, key: string, n: number) {
		const to = at(keys, n);
		if (namespaces[to]) return;
		namespaces[to] = { ...namespaces[key], renamedFrom: key };
		if (n % 2) namespaces[to].kvPrefix = at(names, n);
		delete namespaces[key];
		removed.splice(0, 9, ...removed.filter((one) => one !== to));
	},
	dropLine({ namespaces }: File, key: string) {
		delete namespaces[key]?.renamedFrom;
	},
	forget({ namespaces }: File, key: string) {
		delete namespaces[key];
	},
	class({ namespaces }: File, key: string, n: number) {
		Object.assign(namespaces[key] ?? {}, { class: at(names, n).toUpperCase() });
	},
	prefix({ namespaces }: File, key: string, n: number) {
		Object.assign(namespaces[key] ?? {}, { kvPrefix: at(names, n) });
	},
	reshard({ namespaces }: File, key: string, n: number) {
		Object.assign(namespaces[key] ?? {}, { shardCount: 1 + (n % 4) });
	},
};

/** Any steps in any order. */
export const anySteps: fc.Arbitrary<Step[]> = fc.array(
	fc.record({
		does: fc.constantFrom(
			...(Object.keys(edits) as (keyof typeof edits)[]),
			"rename" as const,
			"deploy" as const,
			"deploy" as const,
			"deploy" as const,
		),
		key: fc.nat(19),
		name: fc.nat(19),
	}),
	{ maxLength: 30, size: "max" },
);

const { project } = readTemplates();
const templates = {
	project: new Map([...project].filter(([path]) => path === "wrangler.toml")),
	worker: new Map(),
	client: new Map(),
	runtime: new Map(),
};

/** Counts of one namespace, or of several that became one. */
interface Counts {
	id: number;
	/** Set while the file has the namespace. */
	live: boolean;
	/** Set if the file listed it as removed since it was live. */
	removed: boolean;
	/** Every class that it had. */
	classes: Set<string>;
}

/** A project that is edited and deployed, and whose counts have names. */
export class AnyLife {
	readonly #cwd: string;
	#file: File = { version: 1, namespaces: { a: {}, b: {} }, removed: [] };
	#pasts: Pasts = { namespaces: {} };
	#state: WorkerState | undefined;
	#exports: Record<string, ExportEntry> = {};
	#classes: Classes = new Map();
	/** By key: whose counts they are, and what became of them. */
	#counts = new Map<string, Counts>();
	/** Pairs of ids, in order, that one file had: "1 2". */
	readonly #together = new Set<string>();
	#born = 0;
	accepted = 0;
	deployed = 0;
	/** Deploys that were refused over a dropped namespace. */
	refused = 0;

	constructor(cwd: string) {
		this.#cwd = cwd;
	}

	async take({ does, key, name }: Step): Promise<void> {
		if (does === "deploy") return this.#deploy();
		const file = structuredClone(this.#file);
		edits[does](file, at(Object.keys(file.namespaces), key) ?? "a", name);
		try {
			await this.generate(file);
		} catch (error) {
			// Refused, and nothing has happened.
			if (!(error instanceof CounterGenError)) throw error;
		}
	}

	async generate(file: File = this.#file): Promise<void> {
		writeFileSync(join(this.#cwd, "counters.yaml"), JSON.stringify(file));
		const io = { cwd: this.#cwd, env: {} };
		const loaded = await loadConfig("counters.yaml", io);
		const { top, pasts } = workersOf(loaded, this.#pasts);
		const model = toModel("counters.yaml", "..", top);
		const toml = render(model, templates).get("wrangler.toml") ?? "";
		this.#exports = parse(toml).exports as unknown as Record<
			string,
			ExportEntry
		>;
		this.#follow(loaded.config);
		this.#file = file;
		this.#pasts = pasts;
		this.#state = top;
		this.accepted++;
		const again = workersOf(loaded, pasts);
		if (JSON.stringify(again.pasts) !== JSON.stringify(pasts))
			throw new Error("the same again is another past");
	}

	/** Works out whose counts each namespace has now, by what the file says of it. */
	#follow({ namespaces, removed }: Config): void {
		const isInFile = (key: string) => namespaces.some((one) => one.key === key);
		const isGone = (key: string) =>
			this.#counts.get(key)?.removed === false &&
			!isInFile(key) &&
			!removed.includes(key);
		const claimed = namespaces.map(({ renamedFrom }) => renamedFrom);
		for (const { key, renamedFrom = "", class: name } of namespaces) {
			const own = this.#counts.get(key);
			// Takes over the objects of one that is gone, with its class.
			const from = isGone(renamedFrom)
				? renamedFrom
				: [...this.#counts].find(
						([former, { id, classes }]) =>
							isGone(former) &&
							!claimed.includes(former) &&
							classes.has(name) &&
							!(own && this.#together.has(pair(own.id, id))),
					)?.[0];
			const heritage = this.#counts.get(from ?? "");
			const id = heritage
				? own
					? this.#either(own.id, heritage.id)
					: heritage.id
				: (own?.id ?? ++this.#born);
			this.#counts.delete(from ?? "");
			const classes = [...(own?.classes ?? []), ...(heritage?.classes ?? [])];
			this.#counts.set(key, {
				...{ id, live: true, removed: false },
				classes: new Set([...classes, name]),
			});
		}
		for (const [key, one] of this.#counts) {
			one.live = isInFile(key);
			one.removed ||= !one.live && removed.includes(key);
		}
		const live = [...this.#counts.values()].filter((one) => one.live);
		for (const a of live)
			for (const b of live) this.#together.add(pair(a.id, b.id));
	}

	/** Of counts that were made one, those on Cloudflare; never both are. */
	#either(own: number, heritage: number): number {
		const there = [...this.#classes.values()].map(({ data }) => data.id);
		if (there.includes(own) && there.includes(heritage))
			throw new Error(`the counts ${own} and ${heritage} were made one`);
		return there.includes(own) ? own : heritage;
	}

	/** As Cloudflare does it; throws if counts are lost, mixed or left behind. */
	#deploy(): void {
		const { config, deletions, dropped } = this.#state as WorkerState;
		const inCode = new Set(config.namespaces.map((one) => one.class));
		const result = reconcile(this.#exports, this.#classes, inCode);
		const keyOf = (name: string) => {
			const id = this.#classes.get(name)?.data.id;
			return [...this.#counts].find(([, one]) => one.id === id)?.[0] ?? "";
		};
		const deployed = new Set(this.#classes.keys());
		const unexplained = droppedOnCloudflare(dropped, deployed);
		if (unexplained.length > 0) {
			this.#refuseDropped(dropped, keyOf);
			// The upload that was not tried would have been refused, too.
			if (!("refused" in result)) throw new Error("refused for nothing");
			return;
		}
		if ("refused" in result) {
			// Right only for what was removed and is listed no more, yet is there.
			for (const { class: name } of result.refused)
				if (this.#counts.get(keyOf(name))?.removed !== true)
					throw new Error(`refused over ${name}`);
			return;
		}
		for (const name of result.reconciliation.deleted)
			if (!deletions.includes(keyOf(name)))
				throw new Error(`${name} was deleted unasked`);
		for (const { key, class: name } of config.namespaces) {
			const id = this.#counts.get(key)?.id ?? 0;
			const data = result.classes.get(name)?.data ?? {};
			const known = [...this.#classes.values()].some(
				(one) => one.data.id === id,
			);
			if (data.id === undefined && known)
				throw new Error(`${key} starts from nothing`);
			data.id ??= id;
			if (data.id !== id) throw new Error(`${key} has counts of another`);
		}
		this.#classes = new Map(result.classes);
		this.deployed++;
	}

	/** Throws if the deploy is refused over anything but counts left behind. */
	#refuseDropped(
		dropped: readonly Dropped[],
		keyOf: (name: string) => string,
	): void {
		for (const { key, classes } of dropped)
			for (const name of classes.filter((name) => this.#classes.has(name)))
				if (keyOf(name) !== key || this.#counts.get(key)?.live)
					throw new Error(`refused over ${name}, which ${key} has not`);
		this.refused++;
	}
}

function pair(a: number, b: number): string {
	return `${Math.min(a, b)} ${Math.max(a, b)}`;
}
