import { Cli, freePort } from "./process.ts";
import type { Project } from "./project.ts";
import type { Until } from "./shared.ts";

type Counters = Record<string, number>;

/** Starts `serve`, and waits until it takes requests. */
export async function startServe(
	project: Project,
	args: readonly string[] = [],
	options: { until?: Until; ulimit?: string } = {},
) {
	const port = await freePort();
	const serve = new Cli(["serve", "--port", String(port), ...args], {
		cwd: project.dir,
		...options,
	});
	await serve.reports("counts are kept in");
	const url = `http://127.0.0.1:${port}`;
	const headers = { Authorization: `Bearer ${await project.token()}` };
	const get = async (path: string): Promise<Counters> =>
		(await fetch(url + path, { headers })).json() as Promise<Counters>;
	return { serve, url, get };
}
