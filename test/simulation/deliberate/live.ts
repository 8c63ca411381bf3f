import type { DeliberateFault } from "./fault.ts";

/** Mistakes on the way from the totals to those who watch them. */
export const LIVE: readonly DeliberateFault[] = [
	{
		name: "a push that failed is forgotten",
		shows: /is at rest and sees/,
		profiles: ["live"],
		edits: [
			{
				file: "live/feed.ts",
				within: "LiveFeed.#attempt",
				find: 'watcher.giveBack(); this.#host.log("warn", "push-failed", $details);',
				to: 'watcher.took(watcher.from); this.#host.log("warn", "push-failed", $details);',
			},
		],
	},
	{
		name: "a global object that starts anew takes all pushes to be taken",
		shows: /is to push without an alarm|is at rest and sees/,
		profiles: ["live"],
		edits: [
			{
				file: "live/feed.ts",
				within: "LiveFeed.constructor",
				find: "turns.settled < turns.turn",
				to: "false",
			},
		],
	},
	{
		name: "a live object takes what was meant for its life before it slept",
		shows: /is shown a version after|go back from|is at rest and sees/,
		profiles: ["live", "live and outages"],
		edits: [
			{
				file: "live/role.ts",
				within: "LiveRole.push",
				find: "isIdle || push.life !== this.#life",
				to: "isIdle",
			},
		],
	},
	{
		name: "a lower turn replaces a higher one",
		shows: /go back from|is at rest and sees/,
		profiles: ["live", "live and outages"],
		edits: [
			{
				file: "live/board.ts",
				within: "Board.#put",
				find: "(known?.turn ?? 0) > turn",
				to: "turn < 0",
			},
		],
	},
	{
		name: "viewers are not told of a reset",
		shows: /go back from|is at rest and sees/,
		profiles: ["live and resets"],
		edits: [
			{
				file: "live/role.ts",
				within: "LiveRole.push",
				find: "push.reset > push.from",
				to: "false",
			},
		],
	},
	{
		name: "viewers are shown again what did not change",
		shows: /is shown nothing new/,
		profiles: ["live"],
		edits: [
			{
				file: "live/board.ts",
				within: "Board.#put",
				find: "known?.value === value ? known.change : ++this.#changes",
				to: "++this.#changes",
			},
		],
	},
	{
		name: "a live object that slept forgets who was told of a reset",
		shows: /is told of a reset that it knows/,
		profiles: ["live", "live and resets"],
		edits: [
			{
				file: "live/role.ts",
				within: "LiveRole.#send",
				find: "if (isWhole) noteTold(viewer, board);",
				to: "",
			},
		],
	},
	{
		name: "a viewer lacks what another was answered before it was pushed",
		shows: /is at rest and sees|go back from/,
		profiles: ["live"],
		edits: [
			{
				file: "live/role.ts",
				within: "LiveRole.#send",
				find: "this.#told.set(viewer, board.change);",
				to: "this.#told.set(viewer, board.change + 1);",
			},
		],
	},
	{
		name: "an object without viewers is pushed to for ever",
		shows: /never comes to rest|nobody watches, and it cost/,
		profiles: ["live"],
		edits: [
			{
				file: "live/feed.ts",
				within: "LiveFeed.#met",
				find: "hasViewers || watcher.hasAsked",
				to: "hasViewers || !hasViewers",
			},
		],
	},
];
