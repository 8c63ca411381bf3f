import { readdirSync } from "node:fs";
import { cp } from "node:fs/promises";
import { onTestFinished } from "vitest";
import { Cloudflare } from "./cloudflare/server.ts";
import { Cli, type Ended } from "./process.ts";
import { Project } from "./project.ts";
import { shared, type Until } from "./shared.ts";

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

	static async start(until: Until = onTestFinished): Promise<Deploying> {
		return new Deploying(
			await Project.create({ until }),
			await Cloudflare.start(undefined, until),
		);
	}

	/** Starts one like this: the same files, and an account that holds the same. */
	async copy(): Promise<Deploying> {
		const copy = new Deploying(
			await Project.create({ packages: false }),
			await Cloudflare.start(this.api.account.copy()),
		);
		await cp(this.project.dir, copy.project.dir, { recursive: true });
		return copy;
	}

	get env(): Record<string, string> {
		return { ...this.api.env, ADMIN_TOKEN: adminToken };
	}

	/** Starts `counter-gen deploy`. */
	start(
		args: readonly string[] = [],
		env: Record<string, string> = {},
		until: Until = onTestFinished,
	): Cli {
		return new Cli(["deploy", ...args], {
			cwd: this.project.dir,
			env: { ...this.env, ...env },
			until,
		});
	}

	/** Runs it to its end; whatever it did, it must have kept the secrets. */
	async deploy(
		args: readonly string[] = [],
		env: Record<string, string> = {},
		until: Until = onTestFinished,
	): Promise<Ended> {
		const ended = await this.start(args, env, until).ended;
		this.check(ended);
		return ended;
	}

	/** Checks that no secret was printed or left behind, and no call was unknown. */
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

/**
 * Deploys once for all tests of a file; each gets a copy of its own. For tests of
 * what comes after a first deploy, which takes seconds.
 */
export function deployedOnce(): () => Promise<Deploying> {
	const original = shared(async (until) => {
		const on = await Deploying.start(until);
		const { status, stderr } = await on.deploy(withSecret, {}, until);
		if (status !== 0) throw new Error(`it cannot be deployed:\n${stderr}`);
		return on;
	});
	return () => original().copy();
}
