import { availableParallelism } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { LeftOut } from "./left-out.ts";

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
	"kill",
	"package",
	"watch",
].map((name) => `e2e/${name}.test.ts`);

/** Builds the package first, for projects of users that import it. */
const built = join(import.meta.dirname, "support/built.ts");

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
					name: "cli",
					root: "test",
					globalSetup: built,
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
					include: ["runtime/**/*.test.ts"],
				},
			},
			{
				test: {
					...timeouts,
					name: "commands",
					root: "test",
					globalSetup: built,
					include: [commands],
				},
			},
			{
				test: {
					...timeouts,
					name: "e2e",
					root: "test",
					globalSetup: built,
					include: ["e2e/**/*.test.ts"],
					exclude: [commands, ...timed],
				},
			},
			{
				test: {
					...timeouts,
					name: "timed",
					root: "test",
					globalSetup: built,
					include: timed,
					fileParallelism: false,
				},
			},
		],
	},
});
