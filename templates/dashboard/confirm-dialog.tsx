import { useEffect, useRef, useState } from "preact/hooks";

/** Something that a person is asked to confirm by typing a name. */
export interface Question {
	/** Name of the action, as its button says. */
	verb: string;
	/** Object of the action, for people. */
	what: string;
	consequence: string;
	/** Word to type. */
	word: string;
	/** Words of the button that does nothing. */
	refusal: string;
	isDanger: boolean;
	/** Does it. */
	act(): void;
}

interface Props {
	question: Question;
	onClose(): void;
}

/** Does something once the name was typed. */
export function ConfirmDialog({ question, onClose }: Props) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [typed, setTyped] = useState("");
	const { verb, what, consequence, word, refusal, isDanger, act } = question;
	const isRight = typed === word;
	useEffect(() => dialog.current?.showModal(), []);
	return (
		<dialog
			ref={dialog}
			class="panel"
			aria-labelledby="confirm-title"
			onClose={onClose}
		>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					if (!isRight) return;
					act();
					dialog.current?.close();
				}}
			>
				<h2 id="confirm-title">
					{verb} <bdi>{what}</bdi>?
				</h2>
				<p>{consequence}</p>
				<label for="confirm-word">
					Type <code>{word}</code> to go on
				</label>
				<input
					id="confirm-word"
					autocomplete="off"
					spellcheck={false}
					value={typed}
					onInput={({ currentTarget }) => setTyped(currentTarget.value)}
				/>
				<div class="buttons">
					<button type="button" onClick={() => dialog.current?.close()}>
						{refusal}
					</button>
					<button
						type="submit"
						class={isDanger ? "danger" : "primary"}
						disabled={!isRight}
					>
						{verb}
					</button>
				</div>
			</form>
		</dialog>
	);
}
