import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "./api.ts";
import { isVisible, pause, Wait } from "./wait.ts";

/** Pause before it is asked again … */
const PERIOD_MS = 5_000;

/** … and before that once there is something new: isolates remember for a second. */
const PACE_MS = 1_200;

/**
 * Asks again and again, while the page can be seen, sooner once there is
 * something new; begins anew where it is about something else.
 *
 * @param total of what it is about: another one says that there is something new
 * @param onDenied is told that the token opens nothing any more
 * @returns the last answer, and in words why the last question has none
 */
export function useAnswer<Answer>(
	ask: (signal: AbortSignal) => Promise<Answer>,
	about: string,
	total: number | undefined,
	onDenied: () => void,
): [answer: Answer | undefined, trouble: string] {
	const [answer, setAnswer] = useState<Answer>();
	const [trouble, setTrouble] = useState("");
	const rest = useRef<Wait>(undefined);
	useEffect(() => rest.current?.end(), [total]);
	useEffect(() => {
		rest.current = new Wait();
		const end = new AbortController();
		setAnswer(undefined);
		void followAnswer(() => ask(end.signal), {
			signal: end.signal,
			rest: rest.current,
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
		rest: Wait;
		onAnswer(answer: Answer): void;
		onTrouble(words: string): void;
		onDenied(): void;
	},
): Promise<void> {
	const { signal, rest } = on;
	while (!signal.aborted) {
		try {
			const answer = await ask();
			if (!signal.aborted) on.onAnswer(answer);
		} catch (error) {
			if (signal.aborted) return;
			if (error instanceof Refused && error.status === 401) on.onDenied();
			on.onTrouble((error as Error).message);
		}
		await pause(PACE_MS, signal);
		await rest.of(PERIOD_MS - PACE_MS, signal);
		if (document.visibilityState === "hidden") await isVisible(signal);
	}
}
