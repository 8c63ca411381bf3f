import { expect, it } from "vitest";
import { Deploying, withSecret } from "../support/deploying.ts";

it("deploy makes the Worker the consumer of a queue that is there, and names one that is not", async () => {
	const on = await Deploying.start();
	await on.project.edit(
		"counters.yaml",
		"    mount: /\n",
		"    mount: /\n    queue: clicks\n",
	);
	const missing = await on.deploy(withSecret);
	expect(missing.status).toBe(1);
	expect(missing.stderr).toContain('Queue "clicks" does not exist');
	expect(missing.stderr).toContain("queues create clicks");
	expect(on.api.account.scripts.size).toBe(0);

	on.api.account.queues.set("clicks", []);
	for (const args of [withSecret, []]) {
		expect(await on.deploy(args)).toMatchObject({ status: 0 });
		expect(on.api.account.queues.get("clicks")).toEqual([
			{
				type: "worker",
				script: "quick",
				consumer_id: "clicks-quick",
				dead_letter_queue: "clicks-dead",
				settings: { max_retries: 10 },
			},
		]);
	}
});
