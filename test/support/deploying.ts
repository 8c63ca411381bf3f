import { readdirSync } from "node:fs";
import { Cloudflare } from "./cloudflare/server.ts";
import { Cli, type Ended } from "./process.ts";
import { Project } from "./project.ts";

/** The admin secret that tests deploy with. */
export const adminToken = "c0unter-admin-token-of-the-tests";

/** The option that sets it. */
export const withSecret = ["--secret-from-env", "ADMIN_TOKEN"] as const;

/** A project, and a Cloudflare that knows nothing of it yet. */
export class Deploying {
	readonly project: Project;
	readonly api: Cloudflare;

	private constructor(project: Project, api: Cloudflare) {
		this.project = project;
		this.api = api;
	}

	static async start(): Promise<Deploying> {
		return new Deploying(await Project.create(), await Cloudflare.start());
	}

	get env(): Record<string, string> {
		return { ...this.api.env, ADMIN_TOKEN: adminToken };
	}

	/** Starts `counter-gen deploy`. */
	start(args: readonly string[] = [], env: Record<string, string> = {}): Cli {
		return new Cli(["deploy", ...args], {
			cwd: this.project.dir,
			env: { ...this.env, ...env },
		});
	}

	/** Runs it to its end; whatever it did, it must have kept the secrets. */
	async deploy(
		args: readonly string[] = [],
		env: Record<string, string> = {},
	): Promise<Ended> {
		const ended = await this.start(args, env).ended;
		this.check(ended);
		return ended;
	}

	/** That no secret was printed or left behind, and no call was unknown. */
	check({ stdout, stderr }: Pick<Ended, "stdout" | "stderr">): void {
		for (const secret of [adminToken, this.api.token])
			if (`${stdout}${stderr}`.includes(secret))
				throw new Error(`a secret was printed:\n${stdout}${stderr}`);
		const left = readdirSync(this.api.temporary).filter((name) =>
			name.startsWith("counter-gen-"),
		);
		if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
		if (this.api.unknown.length > 0)
			throw new Error(JSON.stringify(this.api.unknown));
	}
}
