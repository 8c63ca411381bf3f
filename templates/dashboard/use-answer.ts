import { useEffect, useState } from "preact/hooks";
import { Refused } from "./api.ts";
import { isVisible, pause } from "./wait.ts";

/** Pause before it is asked again. */
const PERIOD_MS = 5_000;

/**
 * Asks again and again, while the page can be seen; begins anew where it is
 * about something else.
 *
 * @param onDenied is told that the token opens nothing any more
 * @returns the last answer, and in words why the last question has none
 */
export function useAnswer<Answer>(
	ask: (signal: AbortSignal) => Promise<Answer>,
	about: string,
	onDenied: () => void,
): [answer: Answer | undefined, trouble: string] {
	const [answer, setAnswer] = useState<Answer>();
	const [trouble, setTrouble] = useState("");
	useEffect(() => {
		const end = new AbortController();
		setAnswer(undefined);
		void followAnswer(() => ask(end.signal), {
			signal: end.signal,
			onAnswer: (answer) => {
				setTrouble("");
				setAnswer(answer);
			},
			onTrouble: setTrouble,
			onDenied,
		});
		return () => end.abort();
	}, [about]);
	return [answer, trouble];
}

async function followAnswer<Answer>(
	ask: () => Promise<Answer>,
	on: {
		signal: AbortSignal;
		onAnswer(answer: Answer): void;
		onTrouble(words: string): void;
		onDenied(): void;
	},
): Promise<void> {
	const { signal } = on;
	while (!signal.aborted) {
		try {
			const answer = await ask();
			if (!signal.aborted) on.onAnswer(answer);
		} catch (error) {
			if (signal.aborted) return;
			if (error instanceof Refused && error.status === 401) on.onDenied();
			on.onTrouble((error as Error).message);
		}
		await pause(PERIOD_MS, signal);
		if (document.visibilityState === "hidden") await isVisible(signal);
	}
}
