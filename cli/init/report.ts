import { join } from "node:path";
import { intersects, validRange } from "semver";
import type { Diagnostic } from "../errors.ts";
import { shown } from "../files/paths.ts";
import {
	addCommand,
	execCommand,
	type PackageManager,
	runCommand,
} from "../ui/invocation.ts";
import { shellWord } from "../ui/text.ts";
import { type Offer, offersFor } from "./offers.ts";
import {
	type KeptScript,
	startScript,
	WRANGLER_RANGE,
} from "./package-additions.ts";
import type { InitOptions, InitPlan } from "./plan.ts";

export interface InitReport {
	/** For people, on stdout. */
	text: string;
	/** For programs; docs/cli.md has it as `Started`. */
	answer: {
		written: string[];
		added: Record<string, readonly string[]>;
		kept: string[];
	};
	warnings: Diagnostic[];
	/** Next steps, for people. */
	next: string;
}

/** Words what `init` did, and what is left to do. */
export function initReport(
	{ files, manifest, rootManifest, kept }: InitPlan,
	options: Pick<InitOptions, "dir" | "cwd" | "manager" | "root">,
): InitReport {
	const { dir, cwd, manager, root } = options;
	const folder = shown({ cwd }, dir);
	const written = files
		.filter(({ added }) => added === undefined)
		.map(({ path }) => shown({ cwd: dir }, path));
	const added = files
		.filter(({ added = [] }) => added.length > 0)
		.map(({ path, added = [] }) => [shown({ cwd: dir }, path), added] as const);
	const text = [
		`${folder}: wrote ${written.join(", ")}`,
		...added.map(
			([file, entries]) =>
				`${shown({ cwd }, join(dir, file))}: added${addedText(entries)}`,
		),
	].join("\n");

	const start = startScript(manifest);
	const steps = [
		...(folder === "." ? [] : [`cd ${shellWord(folder)}`]),
		`${manager} install`,
		start === undefined
			? execCommand("counter-gen dev", manager)
			: runCommand(start, manager),
	];
	const offers = offersFor(dir, root, [
		manifest,
		...(rootManifest ? [rootManifest] : []),
	]);
	const next = [
		...kept.map((script) => keptText(script, manager)),
		`\nNext:\n${steps.map((step) => `  ${step}\n`).join("")}`,
		...(offers.length === 0 ? [] : [offersText(offers, cwd)]),
		"Then edit counters.yaml: it explains every key.",
	].join("\n");
	return {
		text,
		answer: {
			written,
			added: Object.fromEntries(added),
			kept: kept.map(({ name }) => `scripts.${name}`),
		},
		warnings: oldWrangler(
			manifest.range("wrangler"),
			shown({ cwd }, join(dir, "package.json")),
			manager,
		),
		next,
	};
}

/** Joins entries; those of a package.json have a line for each field. */
function addedText(entries: readonly string[]): string {
	const fields = Map.groupBy(entries, (entry) => /^\w+(?=\.)/.exec(entry)?.[0]);
	return [...fields]
		.map(([field = "", all]) => {
			const names = all.map((entry) =>
				entry.slice(field === "" ? 0 : field.length + 1),
			);
			return field
				? `\n  ${field}: ${names.join(", ")}`
				: ` ${names.join(", ")}`;
		})
		.join("");
}

function keptText(
	{ name, text, instead }: KeptScript,
	manager: PackageManager,
): string {
	return `package.json: kept the script ${name}, which runs \`${text}\`. What it would have run: ${execCommand(instead, manager)}`;
}

function offersText(offers: readonly Offer[], cwd: string): string {
	const parts = offers.map(
		({ file, lines }) =>
			`  in ${shown({ cwd }, file)}:\n${lines.map((line) => `    ${line}\n`).join("")}`,
	);
	return `To keep other tools off generated files, add\n${parts.join("")}`;
}

/** Warns of a range that no fitting wrangler is in. */
function oldWrangler(
	range: unknown,
	file: string,
	manager: PackageManager,
): Diagnostic[] {
	if (typeof range !== "string" || validRange(range) === null) return [];
	if (intersects(range, WRANGLER_RANGE)) return [];
	return [
		{
			code: "package-too-old",
			what: `${file} asks for wrangler ${range}, and counter-gen needs ${WRANGLER_RANGE}.`,
			why: "The generated project uses what older versions do not know.",
			fix: addCommand([`wrangler@${WRANGLER_RANGE}`], manager),
			where: { file },
		},
	];
}
