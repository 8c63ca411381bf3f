import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { LeftOut } from "./left-out.ts";
import { hasChromium } from "./support/chromium.ts";

/**
 * Milliseconds. Only to end what hangs: machines are slow at times, and a test
 * says nothing about how fast one is.
 */
const timeouts = { testTimeout: 300_000, hookTimeout: 300_000 };

/** Files that load the machine or watch how fast it is; they run alone. */
const timed = [
	"bench",
	"faults",
	"full-disk",
	"fuzz",
	"serve-killed",
	"package",
	"watch",
].map((name) => `e2e/${name}.test.ts`);

/** For tests that start programs. */
const programs = {
	/** Builds the package first: it is started, and projects of users import it. */
	globalSetup: join(import.meta.dirname, "support/built.ts"),
	/** Keeps what Node compiles: wrangler has 15 MB, and tests start it often. */
	env: { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") },
};

/** One test or more of each command, by the real program. */
const commands = "e2e/commands/*.test.ts";

export default defineConfig({
	test: {
		// By default one core stays free, and that is half of a small machine.
		maxWorkers: Math.max(2, availableParallelism()),
		reporters: ["default", new LeftOut()],
		tags: [{ name: "full", description: "Left out by `npm test`." }],
		projects: [
			{
				test: {
					...timeouts,
					...programs,
					name: "cli",
					root: "test",
					include: ["cli/**/*.test.ts", "oracle/**/*.test.ts"],
				},
			},
			{
				test: {
					...timeouts,
					name: "simulation",
					root: "test",
					// Loads a copy of the runtime for each deliberate fault: Node strips types
					// in less time than Vite transforms them.
					experimental: { viteModuleRunner: false },
					include: ["simulation/**/*.test.ts", "mutation/**/*.test.ts"],
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
