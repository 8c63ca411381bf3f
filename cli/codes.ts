/**
 * Every code that a diagnostic can carry, by its subject. Codes are stable:
 * scripts may match on them. docs/errors.md has a section for each.
 */
export const codes = {
	/** The command line, and counter-gen itself. */
	usage: [
		"bad-usage",
		"bad-option",
		"invalid-out",
		"invalid-host",
		"invalid-port",
		"unknown-environment",
		"invalid-name",
		"file-exists",
		"bad-package-json",
		"internal-error",
	],
	/** Mistakes in a configuration. */
	config: [
		// The file
		"file-not-found",
		"not-a-file",
		"file-unreadable",
		"file-too-large",
		"not-utf8",
		"empty-file",
		// YAML
		"yaml-syntax",
		"several-documents",
		"not-a-map",
		"duplicate-key",
		"unknown-alias",
		"too-many-aliases",
		// Variables
		"unset-variable",
		"bad-variable",
		// Keys
		"unknown-key",
		"missing-key",
		"not-in-defaults",
		"rendered-key",
		"bad-namespace-key",
		"bad-environment-name",
		// Values
		"wrong-type",
		"out-of-bounds",
		"invalid-value",
		"reserved-name",
		// Between namespaces
		"not-unique",
		"mount-overlap",
		"contradiction",
	],
	/** Legal settings that are most likely mistakes. */
	lint: [
		"global-overload",
		"kv-free-tier",
		"unanchored-names",
		"slow-names",
		"never-flushed",
		"bots-without-get",
		"open-admin",
		"shared-data",
		"no-address",
		"same-worker",
	],
	/** Findings of a plan. */
	plan: ["falls-behind", "too-few-counters", "out-of-reach"],
	/** The output folder. */
	output: [
		"edited-file",
		"foreign-file",
		"path-obstructed",
		"stale-file-kept",
		"legacy-migrations",
		"not-up-to-date",
		"output-changed",
		"output-not-readable",
		"output-not-writable",
	],
	/** The lock, and the past in it. */
	lock: [
		"lock-broken",
		"lock-merge-conflict",
		"lock-too-new",
		"namespace-dropped",
		"history-dropped",
		"limits-dropped",
		"unknown-namespace",
		"rename-onto-known",
		"class-reused",
		"kv-prefix-reused",
		"jurisdiction-changed",
	],
	/** Programs and folders that run the result. */
	toolchain: [
		"package-missing",
		"package-too-old",
		"bundle-failed",
		"class-not-exported",
		"not-in-workerd",
		"port-in-use",
		"dev-vars-unusable",
		"state-in-use",
		"state-not-writable",
		"state-full",
		"state-broken",
		"alarms-lost",
		"few-open-files",
		"server-ended",
	],
	/** Cloudflare. */
	deploy: [
		"deletion-not-confirmed",
		"nothing-to-confirm",
		"secret-not-in-env",
		"secret-unusable",
		"secret-missing",
		"kv-exists",
		"wrangler-failed",
		"deploy-interrupted",
	],
	/** A running Worker. */
	load: [
		"bad-url",
		"bad-admin-token",
		"bad-token",
		"server-unreachable",
		"not-a-counter-server",
		"refused-by-server",
		"storage-full",
		"not-kept",
		"kv-behind",
		"not-verified",
		"interrupted",
	],
	/** Counts that are brought to a running Worker. */
	transfer: [
		"bad-line",
		"duplicate-counter",
		"beyond-range",
		"counted-meanwhile",
	],
} as const;

export type DiagnosticCode = (typeof codes)[keyof typeof codes][number];
