import { Refused } from "./api.ts";
import { isVisible, pause } from "./wait.ts";

/** Pause before it is asked again. */
const PERIOD_MS = 5_000;

/** Asks again and again, while the page can be seen. */
export async function followAnswer<Answer>(
	ask: () => Promise<Answer>,
	on: {
		signal: AbortSignal;
		onAnswer(answer: Answer): void;
		onTrouble(words: string): void;
		/** Is told that the token opens nothing any more. */
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
