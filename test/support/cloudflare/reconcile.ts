/** An entry of `exports` in the uploaded metadata. */
export interface ExportEntry {
	type: "durable-object";
	state?: "created" | "deleted" | "renamed";
	storage?: Storage;
	renamed_to?: string;
}

export type Storage = "sqlite" | "legacy-kv";

/** Reason for refusing an upload: an entry of `meta.details`. */
export interface Refusal {
	scenario: string;
	class: string;
	message: string;
	suggestion?: string;
}

/** Changes by an upload, in Cloudflare's words. */
export interface Reconciliation {
	created: string[];
	updated: string[];
	deleted: string[];
	renamed: { from: string; to: string }[];
	transferred: never[];
	transfer_pending: never[];
	warnings: never[];
	info: Refusal[];
	removable_entries: string[];
}

/** A class that exists on Cloudflare, and what its objects hold. */
export interface ProvisionedClass {
	storage: Storage;
	/** Follows the class when it is renamed; tests put counts in here. */
	data: Record<string, number>;
}

export type Classes = ReadonlyMap<string, ProvisionedClass>;

/**
 * Compares what is declared with what is provisioned and with the code, as
 * Cloudflare does:
 * https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/
 *
 * @returns the classes after the upload, or every reason to refuse it
 */
export function reconcile(
	exports: Readonly<Record<string, ExportEntry>>,
	provisioned: Classes,
	inCode: ReadonlySet<string>,
):
	| { refused: Refusal[] }
	| { classes: Classes; reconciliation: Reconciliation } {
	const refused: Refusal[] = [];
	const refuse = (scenario: string, name: string, message: string) =>
		refused.push({ scenario, class: name, message });
	const classes = new Map(provisioned);
	const done: Reconciliation = {
		created: [],
		updated: [],
		deleted: [],
		renamed: [],
		transferred: [],
		transfer_pending: [],
		warnings: [],
		info: [],
		removable_entries: [],
	};

	// Tombstones first: a live entry may be where a renamed class goes.
	for (const [name, { state, renamed_to: to = "" }] of Object.entries(
		exports,
	)) {
		if (state !== "deleted" && state !== "renamed") continue;
		const namespace = provisioned.get(name);
		if (!namespace) {
			const message = `Tombstone of type '${state}' for class '${name}' has no effect.`;
			done.info.push({ scenario: "stale_tombstone", class: name, message });
			done.removable_entries.push(name);
		} else if (state === "deleted") {
			if (inCode.has(name))
				refuse(
					"tombstone_delete_class_still_in_code",
					name,
					`Class '${name}' is still exported in code.`,
				);
			classes.delete(name);
			done.deleted.push(name);
		} else if (provisioned.has(to)) {
			refuse(
				"tombstone_renamed_to_occupied",
				name,
				`A namespace already exists for '${to}'.`,
			);
		} else {
			classes.delete(name);
			classes.set(to, namespace);
			done.renamed.push({ from: name, to });
		}
	}

	for (const [name, { state, storage }] of Object.entries(exports)) {
		if (state === "deleted" || state === "renamed") continue;
		const namespace = classes.get(name);
		if (!inCode.has(name))
			refuse(
				namespace
					? "config_export_not_in_code"
					: "config_references_nonexistent_class",
				name,
				`Class '${name}' is declared but not exported in code.`,
			);
		else if (namespace && namespace.storage !== storage)
			refuse(
				"storage_type_mismatch",
				name,
				`'${name}' is stored as ${namespace.storage}, not ${storage}.`,
			);
		else if (!namespace && storage !== "sqlite")
			refuse("invalid_export", name, "New namespaces are sqlite.");
		else if (!namespace) {
			classes.set(name, { storage: "sqlite", data: {} });
			done.created.push(name);
		}
	}

	for (const name of provisioned.keys())
		if (!(name in exports))
			refused.push({
				scenario: inCode.has(name)
					? "provisioned_class_missing_from_config"
					: "orphaned_provisioned_namespace",
				class: name,
				message: `A namespace exists for '${name}' but no \`exports\` entry declares it.`,
				suggestion: `add an \`exports\` entry for '${name}', or add a \`deleted\` tombstone to remove the namespace.`,
			});
	return refused.length > 0 ? { refused } : { classes, reconciliation: done };
}
