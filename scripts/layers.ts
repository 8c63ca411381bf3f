import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../cli/root.ts";

/** A folder whose folders are rooms. */
interface House {
	/** Files of the house itself that every room may import. */
	base: readonly string[];
	/**
	 * Rooms and other files of the house, and what each may import besides its
	 * own files and the base: only what stands before it, so no arrow points up.
	 */
	rooms: Readonly<Record<string, readonly string[]>>;
}

/** The houses of the repository. Circles between files are forbidden by biome.json. */
export const HOUSES: Readonly<Record<string, House>> = {
	cli: {
		base: ["codes.ts", "errors.ts", "io.ts", "root.ts"],
		rooms: {
			ui: [],
			planner: [],
			content: [],
			config: ["planner"],
			openapi: ["config"],
			files: [],
			client: ["config", "files", "ui"],
			lifecycle: ["config", "files", "ui"],
			generator: ["config", "content", "files", "lifecycle", "openapi", "ui"],
			toolchain: ["config", "files", "generator", "lifecycle", "ui"],
			init: ["config", "content", "files", "generator", "ui"],
			deploy: ["config", "files", "lifecycle", "toolchain", "ui"],
			load: ["client", "files", "generator", "toolchain", "ui"],
			plan: ["client", "config", "planner", "ui"],
			transfer: ["client", "files", "ui"],
			top: ["client", "ui"],
			history: ["client", "ui"],
			status: ["client", "history", "ui"],
			commands: [
				"client",
				"config",
				"deploy",
				"files",
				"generator",
				"history",
				"init",
				"lifecycle",
				"load",
				"plan",
				"planner",
				"status",
				"toolchain",
				"top",
				"transfer",
				"ui",
			],
		},
	},
	"templates/runtime": {
		base: [
			"binding.ts",
			"log.ts",
			"names-in-query.ts",
			"names.ts",
			"paging.ts",
			"problem.ts",
			"protocol.ts",
			"storage-full.ts",
		],
		rooms: {
			object: [],
			badge: [],
			cors: [],
			idempotency: ["object"],
			"write-log": ["object"],
			live: ["object"],
			history: ["object"],
			top: ["object"],
			bounds: ["object", "history/calendar.ts"],
			"settings.ts": [
				"bounds/contract.ts",
				"bounds/off.ts",
				"history/contract.ts",
				"history/off.ts",
				"idempotency/contract.ts",
				"idempotency/off.ts",
				"live/contract.ts",
				"live/off.ts",
				"top/contract.ts",
				"top/off.ts",
				"write-log/contract.ts",
				"write-log/off.ts",
			],
			kv: ["object", "settings.ts"],
			"read-level.ts": ["object", "settings.ts", "kv"],
			shard: [
				"object",
				"settings.ts",
				"bounds/contract.ts",
				"history/contract.ts",
				"idempotency/contract.ts",
			],
			global: [
				"object",
				"bounds/contract.ts",
				"history/contract.ts",
				"settings.ts",
				"kv",
				"live/contract.ts",
				"top/contract.ts",
				"write-log/contract.ts",
			],
			"rpc.ts": [
				"object",
				"bounds/contract.ts",
				"history/contract.ts",
				"idempotency/contract.ts",
				"live/contract.ts",
				"settings.ts",
			],
			http: [
				"object",
				"badge",
				"bounds/contract.ts",
				"history/contract.ts",
				"settings.ts",
				"kv",
				"read-level.ts",
				"rpc.ts",
			],
			queue: ["settings.ts", "http"],
			"rate-limit": ["http"],
			dashboard: ["bounds/contract.ts", "history/contract.ts", "http"],
			element: [],
			stubs: [
				"bounds/contract.ts",
				"history/contract.ts",
				"settings.ts",
				"kv",
				"rpc.ts",
				"http",
			],
		},
	},
};

/** Complaints about the imports below `root`, as `path:line message`. */
export function layerComplaints(root: string): string[] {
	const houses = Object.keys(HOUSES);
	const files = houses.flatMap((house) =>
		globSync(`${house}/**/*.ts`, { cwd: root }),
	);
	const unlisted = [...new Set(files.map(dirname))]
		.filter((folder) => !houses.includes(folder) && !isRoom(folder))
		.map(
			(folder) => `${folder} is no room of scripts/layers.ts: list it there`,
		);
	return [...unlisted, ...forbiddenImports(root, files)];
}

function isRoom(folder: string): boolean {
	return Object.entries(HOUSES).some(([house, { rooms }]) =>
		Object.keys(rooms).some((room) => folder === `${house}/${room}`),
	);
}

/** Has Biome look at every import, with a rule for each room. */
function forbiddenImports(root: string, files: readonly string[]): string[] {
	const folder = mkdtempSync(join(tmpdir(), "counter-gen-layers-"));
	try {
		const config = join(folder, "biome.json");
		writeFileSync(config, JSON.stringify(biomeConfig()));
		const { stdout, stderr } = spawnSync(
			"biome",
			[
				"lint",
				`--config-path=${config}`,
				"--reporter=json",
				"--max-diagnostics=none",
				...files,
			],
			{ cwd: root, encoding: "utf8", maxBuffer: 1e8 },
		);
		const { summary, diagnostics }: Report = JSON.parse(stdout || stderr);
		// Fails if a file was left out: nobody would miss its complaints.
		if (summary.unchanged !== files.length)
			throw new Error(
				`Biome saw ${summary.unchanged} of ${files.length} files`,
			);
		return diagnostics.map(
			({ location: { path, start }, message }) =>
				`${path}:${start.line} ${message}`,
		);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

interface Report {
	summary: { unchanged: number };
	diagnostics: {
		message: string;
		location: { path: string; start: { line: number } };
	}[];
}

function biomeConfig() {
	return {
		linter: { rules: { preset: "none" } },
		overrides: Object.entries(HOUSES).flatMap(([house, { base, rooms }]) => [
			...base.map((file) => onlyFrom(`${house}/${file}`, base)),
			...Object.entries(rooms).map(([room, others]) =>
				onlyFrom(`${house}/${room}`, [...base, ...others]),
			),
		]),
	};
}

/** Allows a room, or a file of the house, to import nothing else of the house. */
function onlyFrom(importer: string, allowed: readonly string[]) {
	const isFile = importer.endsWith(".ts");
	const house = isFile ? "./" : "../";
	const patterns = allowed.map(
		(name) => `!${house}${name}${name.endsWith(".ts") ? "" : "/**"}`,
	);
	const options = {
		patterns: [
			{
				group: [`${house}**`, ...patterns],
				message: `may import only ${allowed.join(", ")}: see scripts/layers.ts`,
			},
		],
	};
	const noRestrictedImports = { level: "error", options };
	return {
		includes: [`**/${importer}${isFile ? "" : "/**"}`],
		linter: { rules: { style: { noRestrictedImports } } },
	};
}

if (import.meta.main) {
	const complaints = layerComplaints(packageRoot);
	for (const complaint of complaints) console.error(complaint);
	if (complaints.length > 0) process.exitCode = 1;
}
