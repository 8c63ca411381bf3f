import { scriptOptions } from "../../scripts/script-options.ts";
import { fuzz } from "./fuzz.ts";
import { Server } from "./server.ts";

/** Requests between two lines of progress. */
const PROGRESS_REQUESTS = 5_000;

const values = scriptOptions(
	"npm run fuzz",
	"Sends the Worker whatever comes to mind, and compares answers and totals.",
	{
		requests: {
			type: "string",
			value: "N",
			default: "100000",
			help: "how many to send",
		},
		seed: {
			type: "string",
			value: "N",
			help: "the same one sends the same requests; by the clock if not given",
		},
		every: {
			type: "string",
			value: "N",
			default: "1",
			help: "compares what was counted once in so many requests: faster",
		},
		path: {
			type: "string",
			value: "PATH",
			help: "with --seed: sends the one request that a finding named",
		},
	},
);
const requests = Number(values.requests);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const { path } = values;
const started = performance.now();
let next = PROGRESS_REQUESTS;

console.error(`seed ${seed}`);
const server = await Server.start();
try {
	const { session, ...found } = await fuzz(server, {
		requests,
		seed,
		every: Number(values.every),
		...(path !== undefined && { path }),
		progress: ({ requests }) => {
			if (requests < next) return;
			next += PROGRESS_REQUESTS;
			console.error(`${requests} requests, no finding`);
		},
	});
	const seconds = Math.round((performance.now() - started) / 1_000);
	const statuses = [...session.statuses].sort(([a], [b]) => a - b);
	console.log(
		`${session.requests} requests from seed ${seed}, ${seconds} s; answers: ${statuses.map(([status, n]) => `${n} × ${status || "none"}`).join(", ")}`,
	);
	if (found.finding !== undefined) {
		console.error(`FINDING ${found.finding}`);
		if (found.path !== undefined)
			console.error(
				`alone:    npm run fuzz -- --seed ${seed} --path ${found.path}`,
			);
		console.error(
			`the run:  npm run fuzz -- --seed ${seed} --requests ${requests}`,
		);
		console.error(server.output.slice(-2_000));
		process.exitCode = 1;
	}
} finally {
	await server.stop();
}
