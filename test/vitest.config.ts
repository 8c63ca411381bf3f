import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { LeftOut } from "./left-out.ts";
import { hasChromium } from "./support/chromium.ts";
import { WAIT_MS } from "./support/wait.ts";

/**
 * Milliseconds. Only to end what hangs: machines are slow at times, and a test
 * says nothing about how fast one is.
 */
const timeouts = {
	testTimeout: 300_000,
	hookTimeout: 300_000,
	expect: { poll: { timeout: WAIT_MS } },
};

/** Files that load the machine, watch how fast it is, or build; they run alone. */
const timed = [
	"bench",
	"clone",
	"faults",
	"fuzz",
	"seats-killed",
	"serve-killed",
	"watch",
].map((name) => `e2e/${name}.test.ts`);

/** Files that try many inputs, or many processes: they take a third of `cli`'s time. */
const long = [
	"config/any-file",
	"generator/bundle",
	"generator/wrangler-toml",
	"lifecycle/any-life",
	"lifecycle/life",
	"plan/wish",
	"script-options",
	"toolchain/state-dir",
	"transfer/import",
	"transfer/replace",
].map((name) => `cli/${name}.test.ts`);

/** For tests that start programs. */
const programs = {
	/** Builds the package first: it is started, and projects of users import it. */
	globalSetup: join(import.meta.dirname, "support/built.ts"),
	/** Keeps what Node compiles: wrangler has 15 MB, and tests start it often. */
	env: { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") },
};

/** For tests of the simulation. */
const simulation = {
	root: "test",
	isolate: false,
	// Loads a copy of the runtime for each deliberate fault: Node strips types
	// in less time than Vite transforms them.
	experimental: { viteModuleRunner: false },
};

/** One test or more of each command, by the real program. */
const commands = "e2e/commands/*.test.ts";

/** Files of the simulation that take long, although they are short. */
const LONG_SIMULATIONS =
	/\/simulation\/(simulation|simulation-keys|planned|faults)\.test\.ts$/;

/**
 * Begins with the schedules, then runs project by project, and of the simulation
 * what takes long first: these files keep a core busy, some for minutes, and
 * would be the last ones to end.
 */
class LongFirst extends BaseSequencer {
	override async sort(
		files: TestSpecification[],
	): Promise<TestSpecification[]> {
		const rank = ({ project, moduleId }: TestSpecification) => {
			if (project.name === "schedules") return 0;
			if (project.name !== "simulation") return 1;
			return LONG_SIMULATIONS.test(moduleId) ? 2 : 3;
		};
		const sorted = await super.sort(files);
		return sorted.toSorted((a, b) => rank(a) - rank(b));
	}
}

export default defineConfig({
	test: {
		// Two more than cores: tests of servers and of the runtime wait for timers
		// most of the time.
		maxWorkers: availableParallelism() + 2,
		reporters: ["default", new LeftOut()],
		sequence: { sequencer: LongFirst },
		projects: [
			{
				test: {
					...timeouts,
					...programs,
					name: "cli",
					root: "test",
					isolate: false,
					include: ["cli/**/*.test.ts", "oracle/**/*.test.ts"],
					exclude: long,
				},
			},
			{
				test: {
					...timeouts,
					...programs,
					name: "long",
					root: "test",
					isolate: false,
					include: long,
				},
			},
			{
				test: {
					...timeouts,
					...simulation,
					name: "simulation",
					include: ["simulation/*.test.ts"],
				},
			},
			{
				test: {
					...timeouts,
					...simulation,
					name: "schedules",
					include: ["simulation/schedules/*.test.ts", "mutation/**/*.test.ts"],
				},
			},
			{
				plugins: [
					cloudflareTest({
						wrangler: { configPath: "./runtime/wrangler.toml" },
					}),
				],
				test: {
					...timeouts,
					name: "runtime",
					root: "test",
					isolate: false,
					setupFiles: join(import.meta.dirname, "runtime/setup.ts"),
					/** Bundles what the Worker serves to browsers. */
					globalSetup: join(import.meta.dirname, "support/bundled.ts"),
					include: ["runtime/**/*.test.ts"],
				},
			},
			{
				test: {
					...timeouts,
					...programs,
					name: "commands",
					root: "test",
					include: [commands],
				},
			},
			{
				test: {
					...timeouts,
					...programs,
					name: "e2e",
					root: "test",
					include: ["e2e/**/*.test.ts"],
					exclude: [commands, ...timed],
				},
			},
			{
				test: {
					...timeouts,
					...programs,
					name: "browser",
					root: "test",
					// Without a browser one test alone, which says so, and fails under CI.
					include: [
						hasChromium ? "browser/*.test.ts" : "browser/chromium.test.ts",
					],
				},
			},
			{
				test: {
					...timeouts,
					...programs,
					name: "timed",
					root: "test",
					include: timed,
					fileParallelism: false,
				},
			},
		],
	},
});
