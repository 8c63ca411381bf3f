import { createServer } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import { root } from "../support/project.ts";
import { startChromium } from "./browser.ts";
import { Site } from "./site.ts";

it("a server that takes long to answer is sent nothing before", async () => {
	const server = createServer().listen(0, "127.0.0.1");
	onTestFinished(() => {
		server.close();
	});
	const asked = new Promise<void>((resolve) =>
		server.once("connection", (socket) => {
			onTestFinished(() => {
				socket.destroy();
			});
			resolve();
		}),
	);
	const { outputFiles } = await build({
		entryPoints: [join(root, "templates/dashboard/live.ts")],
		bundle: true,
		write: false,
		format: "iife",
		globalName: "live",
	});
	const address = server.address();
	const port = typeof address === "object" ? address?.port : undefined;
	const site = await Site.start(onTestFinished);
	const { open } = await startChromium();
	const { page, errors } = await open();
	await page.clock.install();
	await page.goto(
		site.page(
			`<script>${outputFiles[0]?.text}
			const base = new URL("http://127.0.0.1:${port}/");
			new live.Live({ base }, "/", new AbortController().signal, () => {}, () => {});
			</script>`,
		),
	);
	await asked;
	await page.clock.fastForward(120_000);
	expect(errors).toEqual([]);
});
