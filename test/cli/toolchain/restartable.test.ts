import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { Child, type Ending } from "../../../cli/toolchain/child.ts";
import { Restartable } from "../../../cli/toolchain/restartable.ts";

/** A program that runs until it is ended, and the children that it had. */
function program(command = "echo started; exec sleep 60") {
	const children: Child[] = [];
	const { promise: started, resolve: start } = Promise.withResolvers<void>();
	let ending: Ending | undefined;
	const restartable = new Restartable(() => {
		const ignore = () => {};
		const child = new Child("sh", ["-c", command], {
			cwd: tmpdir(),
			env: process.env,
			// A signal that comes before it runs may be lost.
			onStdout: () => start(),
			onStderr: ignore,
		});
		children.push(child);
		return child;
	});
	restartable.exited.then((one) => {
		ending = one;
	});
	return { restartable, children, started, ended: () => ending };
}

test("a pause is no end, and another child follows it", async () => {
	const { restartable, children, started, ended } = program();
	await started;
	await restartable.pause();
	restartable.resume();
	expect(children).toHaveLength(2);
	expect(await children[0]?.exited).toMatchObject({ signal: "SIGINT" });
	expect(ended()).toBe(undefined);
	await restartable.stop();
	expect(await restartable.exited).toMatchObject({ status: null });
});

test("it has ended when a child ends by itself", async () => {
	const { restartable } = program("exit 3");
	expect(await restartable.exited).toEqual({ status: 3, signal: null });
});

test("stopped during a pause it has ended, and does not start again", async () => {
	const { restartable, children, started } = program();
	await started;
	await restartable.pause();
	await restartable.stop();
	restartable.resume();
	expect(await restartable.exited).toEqual({ status: 0, signal: null });
	expect(children).toHaveLength(1);
});
