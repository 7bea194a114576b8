// What an authenticator app shows: RFC 6238 by the server's clock, which tests move.
import { createHmac } from 'node:crypto';
import * as lib from './lib.mjs';

// totp returns the code of the present 30 seconds for a secret in base 32.
export async function totp(secret) {
	const step = Buffer.alloc(8);
	step.writeBigUInt64BE(BigInt(Math.floor((await lib.serverTime()) / 30_000)));
	const mac = createHmac('sha1', unBase32(secret)).update(step).digest();
	const word = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
	return String(word % 1_000_000).padStart(6, '0');
}

// nextTOTP moves the clock until the code is another, since none is good twice.
export async function nextTOTP(secret) {
	await lib.advance('30s');
	return totp(secret);
}

function unBase32(text) {
	const digit = (c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0');
	const bytes = [...text].map(digit).join('').match(/.{8}/g);
	return Buffer.from(bytes.map((bits) => parseInt(bits, 2)));
}
