// Writes vectors.json: whole sign-ins by amazon-cognito-identity-js, unmodified
// but for its randomness and its clock, against a server of a few lines here.
// It is run by hand, after the packages of e2e/ are installed:
//
//	node internal/srp/testdata/vectors.mjs > internal/srp/testdata/vectors.json
//
// The output is the same every time.

import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../e2e/package.json', import.meta.url));
const library = require('amazon-cognito-identity-js');
const { version } = require('amazon-cognito-identity-js/package.json');
const WordArray = require('amazon-cognito-identity-js/lib/utils/WordArray').default;
const Helper = library.AuthenticationHelper;

// The library's random numbers come from this queue of hexadecimal strings.
const random = [];
WordArray.prototype.random = bytes => {
	const hex = random.shift();
	if (hex?.length !== 2 * bytes) throw new Error(`no ${bytes} random bytes prepared`);
	return { toString: () => hex };
};

// What it computes on the way is noted here.
let noted = {};
const getKey = Helper.prototype.getPasswordAuthenticationKey;
Helper.prototype.getPasswordAuthenticationKey = function (user, password, B, salt, callback) {
	getKey.call(this, user, password, B, salt, (err, key) => {
		noted = { u: this.UValue.toString(16), key: Buffer.from(key).toString('hex') };
		callback(err, key);
	});
};

const RealDate = Date;
const setClock = time => {
	globalThis.Date = class extends RealDate {
		constructor(...args) {
			super(...(args.length ? args : [time]));
		}
	};
};

const bytesOf = (seed, n) => createHash('shake128', { outputLength: n }).update(seed).digest('hex');

random.push(bytesOf('group', 128));
const group = new Helper('group');
const N = BigInt('0x' + group.N.toString(16));
const k = BigInt('0x' + group.k.toString(16));
const BigNumber = group.N.constructor;

function power(base, exponent) {
	let result = 1n;
	for (base %= N; exponent > 0n; exponent >>= 1n) {
		if (exponent & 1n) result = (result * base) % N;
		base = (base * base) % N;
	}
	return result;
}
const hexOf = (n, digits) => n.toString(16).padStart(digits ?? 0, '0');
const padHex = hex => group.padHex(new BigNumber(hex, 16));
const hashHex = hex => group.hexHash(hex);

function verifierOf(pool, user, password, salt) {
	return power(2n, BigInt('0x' + hashHex(padHex(salt) + group.hash(`${pool}${user}:${password}`))));
}

const storage = { setItem() {}, getItem: () => null, removeItem() {}, clear() {} };

function signIn({ name, pool, user, password, salt, time, a, b, v }) {
	const B = (k * v + power(2n, b)) % N;
	const secretBlock = Buffer.from(bytesOf(`secret block of ${name}`, 64), 'hex').toString('base64');
	const vector = { name, pool, user, password, salt, a: hexOf(a, 256), b: hexOf(b, 64), v: hexOf(v), B: hexOf(B), secretBlock };
	const client = new library.CognitoUser({
		Username: 'as typed',
		Pool: new library.CognitoUserPool({ UserPoolId: `us-east-1_${pool}`, ClientId: 'client', Storage: storage }),
		Storage: storage,
	});
	client.client.request = (operation, request, callback) => {
		if (operation === 'InitiateAuth') {
			vector.A = request.AuthParameters.SRP_A;
			callback(null, {
				ChallengeParameters: { USER_ID_FOR_SRP: user, SRP_B: hexOf(B), SALT: salt, SECRET_BLOCK: secretBlock },
			});
			return;
		}
		const answer = request.ChallengeResponses;
		vector.timestamp = answer.TIMESTAMP;
		vector.signature = answer.PASSWORD_CLAIM_SIGNATURE;
	};
	random.push(hexOf(a, 256));
	setClock(time);
	const fail = err => {
		throw err;
	};
	client.authenticateUser(new library.AuthenticationDetails({ Username: user, Password: password }), {
		onFailure: fail,
		onSuccess: fail,
	});
	globalThis.Date = RealDate;
	return { ...vector, ...noted };
}

// search raises b (or a) until the exchange has the rare form that is asked for.
function search(given, accept) {
	const x = { ...given };
	for (; ; x.b += 1n, x.a += 1n) {
		const A = power(2n, x.a);
		const B = (k * x.v + power(2n, x.b)) % N;
		const u = BigInt('0x' + hashHex(padHex(hexOf(A)) + padHex(hexOf(B))));
		if (accept({ A, B, u, S: () => power((A * power(x.v, u)) % N, x.b) })) return x;
	}
}
const leadingZeroByte = n => n >> 3064n === 0n;

const accounts = [
	['plain ASCII', 'ada', 'correct horse battery staple 1'],
	['every ASCII symbol', 'ada.lovelace+tag@example.com', '^$*.[]{}()?"!@#%&/\\,><\':;|_~`=+- aA1'],
	['quotes and backslashes', `o'brien"\\`, `'"\\'"\\\\"`],
	['spaces inside and around', 'ada', '  two  spaces  '],
	['a tab and a newline', 'ada', 'tab\tand\nnewline'],
	['Latin-1', 'zoë', 'Pässwörd-ÿ£é1'],
	['composed accents (NFC)', 'ame\u0301lie'.normalize('NFC'), 'Ame\u0301lie-1'.normalize('NFC')],
	['combining accents (NFD)', 'am\u00e9lie'.normalize('NFD'), 'Am\u00e9lie-1'.normalize('NFD')],
	['Chinese, Japanese and Korean', '花子', '密码パスワード비밀번호1'],
	['emoji, joined and with skin tones', '🦊', '👩🏽‍🚀🏳️‍🌈🔑1a'],
	['right-to-left scripts and marks', 'שלמה', 'كلمة\u200fالسر-סיסמה\u202e1'],
	['invisible characters', 'ada\u200b', '\ufeffzero\u200bwidth\u00a0space1'],
	['Greek, Cyrillic and ligatures', 'Ωmega', 'ΠαρολαПарольﬁ1'],
	['a colon in both', 'a:b', ':c:d:'],
	['a password of 256 characters', 'ada', '0123456789abcdeF'.repeat(16)],
	['a password of 256 characters of four bytes', 'ada', '😀'.repeat(128)],
	['a user name of 128 characters', 'n'.repeat(128), 'Passw0rd!'],
	['a user name that is a UUID', '4d1c2b3a-90ab-4cde-8f01-23456789abcd', 'Passw0rd!'],
	['a password of one character', 'ada', 'x'],
];
const pools = ['TestPool1', 'aB3dE6gHi', 'x'];
const times = ['2026-01-01T00:00:00Z', '2026-02-28T23:59:59Z', '2026-09-08T07:04:09Z', '2028-02-29T12:00:00Z', '2026-12-31T10:20:30Z'];

function prepare(name, user, password, i, salt) {
	const pool = pools[i % pools.length];
	salt ??= bytesOf(`salt of ${name}`, 16);
	return {
		name, pool, user, password, salt,
		time: times[i % times.length],
		a: BigInt('0x' + bytesOf(`a of ${name}`, 128)),
		b: BigInt('0x' + bytesOf(`b of ${name}`, 32)),
		v: verifierOf(pool, user, password, salt),
	};
}

const vectors = accounts.map(([name, user, password], i) => signIn(prepare(name, user, password, i)));
[
	['a salt with a clear first bit', '7bc990059473448e6ebd442aa16bfaa0'],
	['a salt with a set first bit', 'fbc990059473448e6ebd442aa16bfaa0'],
	['a salt that begins with a zero digit', '0bc990059473448e6ebd442aa16bfaa0'],
	['a salt that begins with a zero byte', '00c990059473448e6ebd442aa16bfaa0'],
	['a salt that begins with zero bytes and a set bit', '000000009473448e6ebd442aa16bfaa0'],
	['a salt of zeros', '00000000000000000000000000000000'],
].forEach(([name, salt], i) => vectors.push(signIn(prepare(name, 'ada', 'Passw0rd!', i, salt))));
[
	['A begins with a zero byte', x => leadingZeroByte(x.A)],
	['A begins with a zero digit', x => x.A >> 3068n === 0n && x.A >> 3064n !== 0n],
	['B begins with a zero byte', x => leadingZeroByte(x.B)],
	['B begins with a zero digit', x => x.B >> 3068n === 0n && x.B >> 3064n !== 0n],
	['u begins with a zero byte', x => x.u >> 248n === 0n],
	['u begins with a set bit', x => x.u >> 255n === 1n],
	['S begins with a zero byte', x => leadingZeroByte(x.S())],
].forEach(([name, accept], i) => vectors.push(signIn(search(prepare(name, 'ada', 'Passw0rd!', i), accept))));

// A device's verifier, as the library makes it for ConfirmDevice.
random.push(bytesOf('a of a device', 128), bytesOf('device password', 40), bytesOf('device salt', 16));
const device = new Helper('-group key');
device.generateHashDevice('-group key', 'us-east-1_device-key', err => {
	if (err) throw err;
});

const json = JSON.stringify({
	madeBy: `amazon-cognito-identity-js ${version}`,
	vectors,
	device: {
		groupKey: '-group key',
		key: 'us-east-1_device-key',
		password: device.getRandomPassword(),
		salt: device.getSaltDevices(),
		v: device.getVerifierDevices(),
	},
}, null, '\t');
console.log(json.replace(/[^\x00-\x7e]/g, unit => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0')));
