import { useEffect, useRef } from "preact/hooks";
import { Logo } from "./logo.tsx";

interface Props {
	/** False while the Worker is asked. */
	isAsking: boolean;
	/** Reason why the token is asked for, if there is one. */
	message: string;
	onToken(token: string): void;
}

/** Asks for the admin token. */
export function SignIn({ isAsking, message, onToken }: Props) {
	const input = useRef<HTMLInputElement>(null);
	useEffect(() => {
		if (isAsking) input.current?.focus();
	}, [isAsking]);
	return (
		<main class="sign-in">
			<div class="panel stack">
				<h1>
					<Logo /> Counters
				</h1>
				<p role="alert" class="alert">
					{message}
				</p>
				{isAsking ? (
					<form
						class="stack"
						onSubmit={(event) => {
							event.preventDefault();
							onToken(input.current?.value.trim() ?? "");
						}}
					>
						<label for="token">Admin token</label>
						<input
							id="token"
							ref={input}
							type="password"
							autocomplete="off"
							spellcheck={false}
							required
							aria-describedby="token-help"
						/>
						<button type="submit" class="primary">
							Open
						</button>
						<p id="token-help" class="help">
							The value of <code>COUNTER_ADMIN_TOKEN</code>. On your machine,{" "}
							<code>dev</code> and <code>serve</code> print a link that has it.
							It stays in this tab, and is gone with it.
						</p>
					</form>
				) : (
					<p class="help">Asking the Worker…</p>
				)}
			</div>
		</main>
	);
}
