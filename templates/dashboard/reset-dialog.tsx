import { useEffect, useRef, useState } from "preact/hooks";

export interface ResetOf {
	/** Name of what is reset, for people. */
	what: string;
	/** Word to type. */
	word: string;
	/** Missing for all of them. */
	counter?: string;
}

interface Props {
	reset: ResetOf;
	onReset(): void;
	onClose(): void;
}

/** Resets once the name was typed. */
export function ResetDialog({ reset, onReset, onClose }: Props) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [typed, setTyped] = useState("");
	const isRight = typed === reset.word;
	useEffect(() => dialog.current?.showModal(), []);
	return (
		<dialog
			ref={dialog}
			class="panel"
			aria-labelledby="reset-title"
			onClose={onClose}
		>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					if (!isRight) return;
					onReset();
					dialog.current?.close();
				}}
			>
				<h2 id="reset-title">
					Reset <bdi>{reset.what}</bdi>?
				</h2>
				<p>
					It is back to nothing in the shards, in the global object and in KV.
					Nobody can bring it back.
				</p>
				<label for="reset-word">
					Type <code>{reset.word}</code> to go on
				</label>
				<input
					id="reset-word"
					autocomplete="off"
					spellcheck={false}
					value={typed}
					onInput={({ currentTarget }) => setTyped(currentTarget.value)}
				/>
				<div class="buttons">
					<button type="button" onClick={() => dialog.current?.close()}>
						Keep it
					</button>
					<button type="submit" class="danger" disabled={!isRight}>
						Reset
					</button>
				</div>
			</form>
		</dialog>
	);
}
