import { describe, expect, it } from "vitest";
import { readAnswer } from "../support/answers.ts";
import {
	Cli,
	cli,
	descendants,
	eventually,
	running,
} from "../support/process.ts";
import { Project } from "../support/project.ts";
import { startServe } from "../support/serving.ts";
import { shared } from "../support/shared.ts";

/** A Worker to load. */
const serving = shared(async (until) => {
	const project = await Project.create({ until });
	return { project, ...(await startServe(project, [], { until })) };
});

describe("counter-gen load", () => {
	it("verifies a batch at a rate, and measures its own driver on workerd", async () => {
		const { project, url } = serving();
		const batches = "--batch 20 --rate 100 --duration 1500ms".split(" ");
		const load = ["load", url, ...batches];

		const { status, stdout, stderr } = await cli(load, project.dir);
		expect(stderr).not.toContain("error");
		expect(stdout).toMatch(/^rate {10}(asked )?100\/s/m);
		expect(stdout).toMatch(/^counts {8}\d+, \d+\/s$/m);
		expect(stdout).toMatch(/^ +<= \d+ ms +\d+ ■+$/m);
		expect(stdout).toMatch(
			/^driver {8}up to \d+\/s against an empty Worker on this machine; this run reached \d+% of that$/m,
		);
		expect(stdout).toMatch(
			/^verified: global total of each of 20 counters from load-test rose by exactly \d+$/m,
		);
		expect(status).toBe(0);

		const slower = ["--rate", "20", "--json"];
		const again = await cli([...load, ...slower], project.dir);
		const answer = readAnswer("Loaded", again.stdout);
		expect(answer).toMatchObject({ ok: true, batch: 20, rate: 20 });
		expect(answer.driverRequestsPerSecond).toBeGreaterThan(20);
		const counted = answer.histogram.map(({ count }) => count);
		expect(counted.reduce((sum, one) => sum + one)).toBe(answer.acknowledged);
	});

	it("leaves nothing running when Ctrl-C ends it", async () => {
		const { project, url } = serving();
		const interrupted = async () => {
			const load = new Cli(["load", url, "--duration", "1s"], {
				cwd: project.dir,
			});
			const started = await eventually(
				() => descendants(load.pid),
				(found) => found.length > 0,
			);
			return { started, ...(await load.stop()) };
		};
		// By then a slow machine may have measured the driver: then once more.
		const { started, status, stdout } = await eventually(
			interrupted,
			({ stdout }) => !/^driver/m.test(stdout),
		);
		expect(started).toHaveLength(1);
		expect(stdout).toMatch(/^interrupted: not verified$/m);
		expect(stdout).not.toMatch(/^driver/m);
		expect(status).toBe(130);
		expect(await running(started)).toEqual([]);
	});
});
