import { loadConfig } from "../../cli/config/load.ts";
import { ensureDevVars, readDevVars } from "../../cli/files/dev-vars.ts";
import { bundle } from "../../cli/toolchain/bundle.ts";
import type { Child } from "../../cli/toolchain/child.ts";
import { findToolchain } from "../../cli/toolchain/find.ts";
import { StateDir } from "../../cli/toolchain/state-dir.ts";
import {
	startWorkerd,
	writeWorkerdConfig,
} from "../../cli/toolchain/workerd.ts";
import { cli } from "./process.ts";
import type { Project } from "./project.ts";

/** Plain workerd on one state, to be killed and started again. */
export class KilledServer {
	readonly #project: Project;
	readonly #port: number;
	readonly url: string;
	#child: Child | undefined;
	#start: (() => Promise<Child>) | undefined;
	token = "";

	constructor(project: Project, port: number) {
		this.#project = project;
		this.#port = port;
		this.url = `http://127.0.0.1:${port}`;
	}

	/** Generates and bundles what counters.yaml says now. */
	async build(): Promise<void> {
		const { dir } = this.#project;
		const io = {
			cwd: dir,
			env: process.env,
			signal: new AbortController().signal,
		};
		const generated = await cli(["generate"], dir);
		if (generated.status !== 0) throw new Error(generated.stderr);
		const out = this.#project.path("generated");
		await ensureDevVars(out, ["COUNTER_ADMIN_TOKEN"]);
		const secrets = await readDevVars(out);
		this.token = secrets.COUNTER_ADMIN_TOKEN ?? "";
		const toolchain = findToolchain(out, "package");
		const state = await StateDir.open(this.#project.path("state"));
		await state.release();
		await bundle(toolchain, out, state.worker, io);
		const file = await writeWorkerdConfig(
			state,
			{
				config: (await loadConfig("counters.yaml", io)).config,
				histories: {},
			},
			this.#port,
			Object.keys(secrets),
		);
		this.#start = () =>
			new Promise((resolve) => {
				const child: Child = startWorkerd(toolchain, file, secrets, io, {
					listening: () => resolve(child),
					stderr: () => {},
				});
			});
	}

	async start(): Promise<void> {
		this.#child = await this.#start?.();
	}

	async kill(): Promise<void> {
		const { pid, exited } = this.#child ?? {};
		if (pid) process.kill(-pid, "SIGKILL");
		await exited;
	}
}
