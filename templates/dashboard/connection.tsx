import type { Picture } from "./picture.ts";

const WORDS: Readonly<Record<Picture["connection"], string>> = {
	starting: "Asking the Worker…",
	live: "Live",
	polling: "Every 2 seconds",
	paused: "Paused while nobody looks",
	lost: "The Worker does not answer. Trying again; what is shown is from before.",
};

/** Tells how numbers reach the page, and what keeps them away. */
export function Connection({ picture }: { picture: Picture }) {
	const { connection, problem } = picture;
	return (
		<p class="connection" role="status">
			<span class={`light is-${problem ? "lost" : connection}`} />
			{problem ?? WORDS[connection]}
		</p>
	);
}
