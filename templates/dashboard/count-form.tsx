import { useId, useMemo, useState } from "preact/hooks";
import type { ShownNamespace } from "../runtime/dashboard/shown.ts";
import { signed } from "./format.ts";

/** Names that are suggested while one types. */
const MAX_SUGGESTED_NAMES = 50;

interface Props {
	count(counter: string): Promise<void>;
	step: number;
	namespace: ShownNamespace;
	/** Counters that there are. */
	names: ReadonlyMap<string, unknown>;
}

/** Counts on a counter by a click. */
export function CountForm({ count, step, namespace, names }: Props) {
	const [typed, setTyped] = useState<string>();
	const id = useId();
	const suggested = [...names.keys(), ...listed(namespace)];
	const sample = useMemo(() => sampleOf(namespace), []);
	const counter = typed ?? names.keys().next().value ?? sample;
	return (
		<form
			class="count"
			onSubmit={(event) => {
				event.preventDefault();
				setTyped(counter);
				void count(counter);
			}}
		>
			<label for={id}>Counter</label>
			<div class="field-and-button">
				<input
					id={id}
					list={`${id}-names`}
					autocomplete="off"
					spellcheck={false}
					required
					value={counter}
					onInput={({ currentTarget }) => setTyped(currentTarget.value)}
				/>
				<datalist id={`${id}-names`}>
					{[...new Set(suggested)].slice(0, MAX_SUGGESTED_NAMES).map((name) => (
						<option key={name} value={name} />
					))}
				</datalist>
				<button type="submit" class="primary">
					{signed(step)}
				</button>
			</div>
		</form>
	);
}

function listed({ names }: ShownNamespace): readonly string[] {
	return typeof names === "string" ? [] : names;
}

/** Finds a name that may be counted. */
function sampleOf({ names }: ShownNamespace): string {
	if (typeof names !== "string") return names[0] ?? "";
	const pattern = new RegExp(names, "u");
	return (
		["home", "/", "/home", "a", "A", "1"].find((name) => pattern.test(name)) ??
		""
	);
}
