import { Cli, descendants, freePort } from "../support/process.ts";
import type { Project } from "../support/project.ts";

/** Starts a server that a test kills, and starts again where it was. */
export async function startMortal(project: Project) {
	const port = String(await freePort());
	const state = project.path(`state-${port}`);
	let serve: Cli;
	const start = async () => {
		const argv = ["serve", "--port", port, "--state", state];
		serve = new Cli(argv, { cwd: project.dir });
		await serve.reports("counts are kept in");
	};
	await start();
	return {
		url: `http://127.0.0.1:${port}`,
		start,
		/** Leaves it no time to end anything. */
		async kill(): Promise<void> {
			for (const pid of [serve.pid, ...(await descendants(serve.pid))])
				process.kill(pid, "SIGKILL");
			await serve.ended;
		},
	};
}
