// What surrounds the libraries in this process: its clock, its timers, its name
// and the way to the service. The libraries themselves are as published.

// The clock is ahead of the system's by as much as the scenario says.
const SystemDate = Date;
let aheadBy = 0;
export const setAhead = (ms = 0) => void (aheadBy = ms);
globalThis.Date = class extends SystemDate {
	constructor(...given) {
		super(...(given.length === 0 ? [SystemDate.now() + aheadBy] : given));
	}
	static now() {
		return SystemDate.now() + aheadBy;
	}
};

// By this the libraries say what device they are on. Node has it by itself since 21.
globalThis.navigator ??= { userAgent: 'Node' };

// Waits between tries are short here, and those of minutes keep nobody waiting.
const { setTimeout: plainTimeout, setInterval: plainInterval } = globalThis;
globalThis.setTimeout = (run, delay = 0, ...rest) => {
	if (delay >= 20_000) return plainTimeout(run, delay, ...rest).unref();
	return plainTimeout(run, delay / 30, ...rest);
};
// What is done again and again has to be over before it is done again.
globalThis.setInterval = (run, delay = 0, ...rest) => plainInterval(run, delay / 5, ...rest);

// traffic is what went to the service since it was last emptied.
export const traffic = { calls: [], offline: false };

const { fetch: plainFetch } = globalThis;
globalThis.fetch = async (url, init) => {
	traffic.calls.push(callName(init));
	if (traffic.offline) throw new TypeError('fetch failed');
	return plainFetch(url, init);
};

// callName is the operation, and what it is about: "InitiateAuth USER_SRP_AUTH".
function callName({ headers, body }) {
	const target = new Headers(headers).get('x-amz-target') ?? '';
	const { AuthFlow, ChallengeName } = JSON.parse(body);
	return [target.split('.').pop(), AuthFlow ?? ChallengeName].filter(Boolean).join(' ');
}
