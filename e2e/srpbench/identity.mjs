// amazon-cognito-identity-js proves a password, then does so again for as many
// rounds as it is told: one line out, one in, one out.

import { createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { AuthenticationHelper } = require('amazon-cognito-identity-js');
const BigInteger = require('amazon-cognito-identity-js/lib/BigInteger').default;
const { version } = require('amazon-cognito-identity-js/package.json');

const [pool, user, password, rounds] = process.argv.slice(2);

const prove = (helper, { salt, b, block, timestamp }) =>
	new Promise((resolve, reject) =>
		helper.getPasswordAuthenticationKey(user, password, new BigInteger(b, 16), new BigInteger(salt, 16), (err, key) => {
			if (err) return reject(err);
			const mac = createHmac('sha256', key).update(pool).update(user).update(Buffer.from(block, 'base64')).update(timestamp);
			resolve(mac.digest('base64'));
		}),
	);

const helper = new AuthenticationHelper(pool); // computes A
console.log(JSON.stringify({ name: `amazon-cognito-identity-js ${version}, Node ${process.versions.node}`, a: helper.largeAValue.toString(16) }));

for await (const line of createInterface({ input: process.stdin })) {
	const question = JSON.parse(line);
	const signature = await prove(helper, question);
	const milliseconds = [];
	for (let i = 0; i < Number(rounds); i++) {
		const began = performance.now();
		await prove(new AuthenticationHelper(pool), question);
		milliseconds.push(performance.now() - began);
	}
	console.log(JSON.stringify({ signature, milliseconds }));
}
