import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		projects: [
			{ test: { name: "cli", root: "test", include: ["cli/**/*.test.ts"] } },
			{
				test: {
					name: "simulation",
					root: "test",
					include: ["simulation/**/*.test.ts"],
				},
			},
			{
				plugins: [
					cloudflareTest({
						wrangler: { configPath: "./runtime/wrangler.toml" },
					}),
				],
				test: {
					name: "runtime",
					root: "test",
					include: ["runtime/**/*.test.ts"],
				},
			},
			{
				test: {
					name: "e2e",
					root: "test",
					include: ["e2e/**/*.test.ts"],
					testTimeout: 60_000,
					hookTimeout: 60_000,
					fileParallelism: false,
				},
			},
		],
	},
});
