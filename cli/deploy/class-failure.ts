import type { Diagnostic } from "../errors.ts";
import { classesOf, type Histories } from "../lifecycle/history.ts";
import { MIGRATIONS_PAGE } from "../lifecycle/migrations.ts";

/** A class that made Cloudflare refuse an upload, and its word for why. */
interface Refusal {
	scenario: string;
	name: string;
}

const UNDECLARED_SCENARIOS = [
	"provisioned_class_missing_from_config",
	"orphaned_provisioned_namespace",
];

/**
 * Lists the classes that Cloudflare has and the refused upload did not declare.
 */
export function undeclaredClasses(message: string): string[] {
	return namesOf(refusalsIn(message), UNDECLARED_SCENARIOS);
}

/**
 * Explains a refusal over Durable Object classes, for which Cloudflare's code
 * is 100402. The refused upload changed nothing of the Worker.
 *
 * @param message as wrangler words it
 * @param history the namespaces that this Worker ever had
 */
export function classFailure(
	message: string,
	history: Histories,
): Omit<Diagnostic, "why"> | undefined {
	const refusals = refusalsIn(message);
	if (refusals.length === 0) return undefined;
	const of = (...scenarios: string[]) => namesOf(refusals, scenarios);

	const undeclared = undeclaredClasses(message);
	if (undeclared.length > 0) {
		const known = undeclared.flatMap((name) => {
			const key = Object.keys(history).find((key) =>
				classesOf(history[key]).includes(name),
			);
			return key === undefined ? [] : [`${name} was the namespace ${key}`];
		});
		return {
			code: "wrangler-failed",
			what: `Cloudflare keeps counts or other data for ${list(undeclared)}, which no namespace declares${known.length > 0 ? ` (${known.join(", ")})` : ""}`,
			fix: `In counters.yaml, put the namespace back, or name it in renamedFrom of the one that takes its counts over, or list it under removed to delete it. For a class that something other than counter-gen deployed to this Worker: ${MIGRATIONS_PAGE}.`,
		};
	}
	const otherStorage = of("storage_type_mismatch", "free_tier_requires_sqlite");
	if (otherStorage.length > 0)
		return {
			code: "wrangler-failed",
			what: `Cloudflare keeps ${list(otherStorage)} in the legacy key-value storage, which cannot become SQLite`,
			fix: `Give the Worker another name in counters.yaml, or see ${MIGRATIONS_PAGE} for other ways.`,
		};
	const bound = of("tombstone_delete_blocked_by_external_bindings");
	if (bound.length > 0)
		return {
			code: "wrangler-failed",
			what: `Another Worker still binds ${list(bound)}, so it cannot be deleted`,
			fix: "Deploy that Worker without the binding first; wrangler names it above.",
		};
	return {
		code: "wrangler-failed",
		what: `Cloudflare refused the upload because of ${list(refusals.map(({ name }) => name))}`,
		fix: "Do what wrangler suggests above, in counters.yaml.",
	};
}

function refusalsIn(message: string): Refusal[] {
	return [...message.matchAll(/\[(\w+)\] class '([^']+)'/g)].map(
		([, scenario = "", name = ""]) => ({ scenario, name }),
	);
}

function namesOf(
	refusals: readonly Refusal[],
	scenarios: readonly string[],
): string[] {
	return refusals
		.filter(({ scenario }) => scenarios.includes(scenario))
		.map(({ name }) => name);
}

function list(names: readonly string[]): string {
	return `${names.length === 1 ? "the class" : "the classes"} ${names.join(", ")}`;
}
