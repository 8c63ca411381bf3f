import { gzipSync } from "node:zlib";
import { type BuildResult, build } from "esbuild";
import { expect, test } from "vitest";
import { apply } from "../../../cli/generator/apply.ts";
import { planProject } from "../../../cli/generator/project.ts";
import { script } from "../../../templates/runtime/dashboard/assets.ts";
import { Project } from "../../support/project.ts";

/** Names and texts that only the code of one feature has. */
const MARKS = {
	idempotency: ["KeyLedger", "keyTables", "Shardings", "fingerprintOf"],
	"write-log": ["LogStorage", "CREATE TABLE writes"],
	live: ["LiveFeed", "LiveRole", "liveRoute", "CREATE TABLE turns"],
	history: [
		"PastOfCounters",
		"ReadsOfPast",
		"ShardStamps",
		"CREATE TABLE buckets",
		"historyRoute",
		"wallClock",
		"addDays",
	],
	bounds: [
		"CounterLender",
		"ShardLoans",
		"CREATE TABLE loans",
		"limitRoutes",
		"invalid-bounds",
		"limit-outstanding",
	],
	top: ["TopStorage", "CREATE TABLE tops", "topRoute"],
	"rate-limit": ["rateLimiter", "rate-limited"],
	queue: ["queueConsumer", "message-refused"],
	dashboard: ["dashboard.css", "/-/namespaces"],
	cors: ["crossOrigin", "Access-Control-Max-Age"],
} as const;

/** Matches files that draw badges and pixels: every Worker has them. */
const IMAGES = /runtime\/(?:badge\/\w+|http\/(?:badges|images))\.[jt]s$/;

const LEAST = "idempotencyWindow: 0, writeLog: 0";
const LIMITED = "rateLimit: { limit: 100, period: 60 }";
const FULLEST = `${LIMITED}, live: true, top: 10, history: { day: 400d }, total: { max: 5 }`;

/** Bundles the Worker of namespaces with these keys, as wrangler's own bundler does. */
async function bundle(
	runtime: "package" | "copied",
	namespaces: string[],
	{ dashboard = false, cors = [] as readonly string[] } = {},
): Promise<{
	/** As it is deployed: names kept. */
	text: string;
	/** Rooms of the runtime that are in it. */
	rooms: Set<string>;
	/** Bytes once minified, … */
	minified: number;
	/** … packed, … */
	packed: number;
	/** … and of these, bytes of badges and pixels. */
	images: number;
}> {
	const project = await Project.create();
	const yaml = namespaces.map((keys, n) => `  n${n}: { ${keys} }\n`).join("");
	await project.write(
		"counters.yaml",
		`version: 1\nworker: { name: bundled, runtime: ${runtime}, dashboard: ${dashboard}, cors: ${JSON.stringify(cors)} }\nnamespaces:\n${yaml}`,
	);
	const io = { cwd: project.dir, env: {} };
	await apply((await planProject({ config: "counters.yaml" }, io)).plan);
	const run = (minify: boolean) =>
		build({
			absWorkingDir: project.dir,
			entryPoints: ["generated/src/index.ts"],
			bundle: true,
			write: false,
			metafile: true,
			minify,
			format: "esm",
			target: "es2024",
			conditions: ["workerd", "worker", "browser"],
			external: ["cloudflare:workers"],
		});
	const whole = await run(false);
	const small = await run(true);
	const deployed = small.outputFiles[0]?.contents ?? new Uint8Array();
	return {
		text: whole.outputFiles[0]?.text ?? "",
		rooms: roomsOf(whole),
		minified: deployed.length,
		packed: gzipSync(deployed).length,
		images: bytesOf(small, IMAGES),
	};
}

/** Adds up the bytes that some files have in the output. */
function bytesOf(
	{ metafile }: BuildResult<{ metafile: true }>,
	files: RegExp,
): number {
	const [output] = Object.values(metafile.outputs);
	return Object.entries(output?.inputs ?? {})
		.filter(([path]) => files.test(path))
		.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
}

/** Rooms of which there are any bytes in the output. */
function roomsOf({ metafile }: BuildResult<{ metafile: true }>): Set<string> {
	const [output] = Object.values(metafile.outputs);
	return new Set(
		Object.entries(output?.inputs ?? {})
			.filter(
				([path, { bytesInOutput }]) =>
					bytesInOutput > 0 && !/\/off\.[jt]s$/.test(path),
			)
			.map(([path]) => /runtime\/([^/]+)\//.exec(path)?.[1] ?? ""),
	);
}

test.each(["package", "copied"] as const)(
	"with the runtime %s a Worker has the code of the features that its YAML asks for, and of no others",
	async (runtime) => {
		const least = await bundle(runtime, [LEAST]);
		const fullest = await bundle(runtime, [`${FULLEST}, queue: clicks`], {
			dashboard: true,
			cors: ["https://a.example"],
		});
		for (const [room, marks] of Object.entries(MARKS)) {
			expect([room, fullest.rooms.has(room)]).toEqual([room, true]);
			expect([room, least.rooms.has(room)]).toEqual([room, false]);
			const found = ({ text }: { text: string }) =>
				marks.filter((mark) => text.includes(mark));
			expect(found(fullest)).toEqual(marks);
			expect(found(least)).toEqual([]);
		}
		expect(least.minified).toBeLessThan(fullest.minified);
		const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
		const shown = (one: typeof least) =>
			`${kib(one.minified)} (${kib(one.packed)} packed)`;
		console.log(
			`bundle, minified, runtime ${runtime}: ${shown(least)} at the least, ${shown(fullest)} with all features`,
		);
	},
);

test("the smallest Worker weighs at most 40 KiB, packed", async () => {
	const { packed } = await bundle("package", [LEAST]);
	expect(packed).toBeGreaterThan(20 * 1024);
	expect(packed).toBeLessThanOrEqual(40 * 1024);
});

test.each([
	["idempotency", "writeLog: 0"],
	["write-log", "idempotencyWindow: 0"],
	["rate-limit", `${LEAST}, ${LIMITED}`],
	["live", `${LEAST}, live: { objects: 2 }`],
	["top", `${LEAST}, top: 10`],
	["history", `${LEAST}, history: { day: 400d }`],
	["bounds", `${LEAST}, total: { min: 0 }`],
])("only %s is in the bundle of { %s }", async (room, keys) => {
	const { rooms } = await bundle("package", [keys]);
	expect(Object.keys(MARKS).filter((one) => rooms.has(one))).toEqual([room]);
});

test("one namespace of several is enough to bring a feature", async () => {
	const { rooms } = await bundle("package", [LEAST, `${LEAST}, ${FULLEST}`]);
	expect(rooms).toContain("rate-limit");
	expect(rooms).not.toContain("idempotency");
});

test("badges and pixels weigh little, as every Worker has them", async () => {
	const { images } = await bundle("copied", [LEAST]);
	expect(images).toBeGreaterThan(1_000);
	expect(images).toBeLessThan(5_000);
});

test("`dashboard: false` leaves the page and its script out", async () => {
	const { text } = script;
	const without = await bundle("package", [LEAST]);
	const whole = await bundle("package", [LEAST], { dashboard: true });
	expect(whole.minified - without.minified).toBeGreaterThan(text.length);
});
