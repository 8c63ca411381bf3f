import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { LeftOut } from "./left-out.ts";
import { hasChromium } from "./support/chromium.ts";

/**
 * Milliseconds. Only to end what hangs: machines are slow at times, and a test
 * says nothing about how fast one is.
 */
const timeouts = { testTimeout: 300_000, hookTimeout: 300_000 };

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

/**
 * Begins with the schedules: they keep a core busy for minutes, and would be the
 * last ones to end.
 */
class SchedulesFirst extends BaseSequencer {
	override async sort(
		files: TestSpecification[],
	): Promise<TestSpecification[]> {
		const isOther = ({ project }: TestSpecification) =>
			Number(project.name !== "schedules");
		const sorted = await super.sort(files);
		return sorted.toSorted((a, b) => isOther(a) - isOther(b));
	}
}

export default defineConfig({
	test: {
		// One more than cores: e2e tests wait for servers and timers half of the time.
		maxWorkers: availableParallelism() + 1,
		reporters: ["default", new LeftOut()],
		sequence: { sequencer: SchedulesFirst },
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
