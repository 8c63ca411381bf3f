import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/**
 * Milliseconds. Only to end what hangs: machines are slow at times, and a test
 * says nothing about how fast one is.
 */
const patience = { testTimeout: 300_000, hookTimeout: 300_000 };

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					...patience,
					name: "cli",
					root: "test",
					include: ["cli/**/*.test.ts"],
				},
			},
			{
				test: {
					...patience,
					name: "simulation",
					root: "test",
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
					...patience,
					name: "runtime",
					root: "test",
					include: ["runtime/**/*.test.ts"],
				},
			},
			{
				test: {
					...patience,
					name: "e2e",
					root: "test",
					include: ["e2e/**/*.test.ts"],
					fileParallelism: false,
				},
			},
		],
	},
});
