// aws-amplify v6: second factors, asked for, set up and chosen.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import {
	confirmSignIn,
	fetchMFAPreference,
	fetchUserAttributes,
	setUpTOTP,
	signIn,
	signOut,
	updateMFAPreference,
	verifyTOTPSetup,
} from 'aws-amplify/auth';
import { AdminSetUserMFAPreferenceCommand } from '@aws-sdk/client-cognito-identity-provider';
import { step, use, wayName, ways } from './amplify.mjs';
import * as lib from './lib.mjs';
import { nextTOTP, totp } from './otp.mjs';
import { byApp, byMail, bySMS, newPool, ownSender, temporary } from './pool.mjs';

const { password } = lib;
const wrongCode = { name: 'CodeMismatchException', message: 'Invalid code or auth state for the user.' };
const wrongTOTP = { name: 'CodeMismatchException', message: 'Invalid code received for user' };
const usedTOTP = { name: 'ExpiredCodeException', message: 'Your software token has already been used once.' };
const wrongSetup = { name: 'EnableSoftwareTokenMFAException', message: 'Code mismatch' };

afterEach(() => signOut());

const answer = (challengeResponse, options) => confirmSignIn({ challengeResponse, options });

let phones = 0;
const newPhone = () => `+1555010${String(++phones).padStart(4, '0')}`;

// reachable makes somebody with a proved address and telephone.
async function reachable(pool, username) {
	const [email, phone_number] = [lib.newEmail(), newPhone()];
	await pool.add(username, { email, email_verified: 'true', phone_number, phone_number_verified: 'true' });
	return { email, phone_number };
}

describe('a code is asked for', async () => {
	const pool = await newPool(ownSender);
	await pool.askFor('OPTIONAL', bySMS, byMail, byApp);
	const on = { Enabled: true, PreferredMfa: true };

	for (const [i, options] of ways.entries()) {
		test(`by SMS: ${wayName(options)}`, async () => {
			use(pool);
			const username = `sms-${i}`;
			const { phone_number } = await reachable(pool, username);
			await pool.send(AdminSetUserMFAPreferenceCommand, { Username: username, SMSMfaSettings: on });
			const first = await signIn({ username, password, options });
			assert.equal(step(first), 'CONFIRM_SIGN_IN_WITH_SMS_CODE');
			const destination = phone_number.replace(/(?<=^.)\d+(?=....$)/, (digits) => '*'.repeat(digits.length));
			assert.deepEqual(first.nextStep.codeDeliveryDetails, { deliveryMedium: 'SMS', destination });
			const right = await lib.code(phone_number);
			assert.match(right, /^\d{6}$/);
			await assert.rejects(answer(lib.wrongCode(right)), wrongCode);
			assert.equal(step(await answer(right)), 'DONE');
			assert.equal((await fetchUserAttributes()).phone_number, phone_number);
		});

		test(`by mail: ${wayName(options)}`, async () => {
			use(pool);
			const username = `mail-${i}`;
			const { email } = await reachable(pool, username);
			await pool.send(AdminSetUserMFAPreferenceCommand, { Username: username, EmailMfaSettings: on });
			const first = await signIn({ username, password, options });
			assert.equal(step(first), 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
			assert.deepEqual(first.nextStep.codeDeliveryDetails, { deliveryMedium: 'EMAIL', destination: 'a***@e***' });
			const { code: right, subject, body } = await lib.mail(email);
			assert.deepEqual([subject, body], ['Your code', `Your code is ${right}`]);
			await assert.rejects(answer(lib.wrongCode(right)), wrongCode);
			assert.equal(step(await answer(right)), 'DONE');
			assert.equal((await fetchUserAttributes()).email, email);
		});
	}

	const options = { authFlowType: 'USER_PASSWORD_AUTH' };

	test('the newest code counts', async () => {
		use(pool);
		const { email } = await reachable(pool, 'twice');
		await pool.send(AdminSetUserMFAPreferenceCommand, { Username: 'twice', EmailMfaSettings: on });
		await signIn({ username: 'twice', password, options });
		const old = await lib.code(email);
		await signIn({ username: 'twice', password, options });
		const right = await lib.code(email, 2);
		if (old !== right) await assert.rejects(answer(old), wrongCode);
		assert.equal(step(await answer(right)), 'DONE');
	});

	test('not any more once it was right, nor when its time is over', async () => {
		use(pool);
		const { email } = await reachable(pool, 'late');
		await pool.send(AdminSetUserMFAPreferenceCommand, { Username: 'late', EmailMfaSettings: on });
		await signIn({ username: 'late', password, options });
		const right = await lib.code(email);
		await lib.advance('181s');
		await assert.rejects(answer(right), {
			name: 'NotAuthorizedException',
			message: 'Invalid session for the user, session is expired.',
		});
	});
});

describe('somebody signed in', async () => {
	const pool = await newPool(ownSender);
	await pool.askFor('OPTIONAL', bySMS, byMail, byApp);

	for (const [i, options] of ways.entries()) {
		test(`sets up an app, which is then asked for, and switches it off again: ${wayName(options)}`, async () => {
			use(pool);
			const user = { username: `app-${i}`, password, options };
			await reachable(pool, user.username);
			assert.equal(step(await signIn(user)), 'DONE');
			assert.deepEqual(await fetchMFAPreference(), { enabled: undefined, preferred: undefined });
			await assert.rejects(updateMFAPreference({ totp: 'ENABLED' }), { name: 'InvalidParameterException' });

			const { sharedSecret, getSetupUri } = await setUpTOTP();
			assert.match(sharedSecret, /^[A-Z2-7]{32,}$/);
			assert.equal(getSetupUri('App', 'ada').href, `otpauth://totp/App:ada?secret=${sharedSecret}&issuer=App`);
			await assert.rejects(verifyTOTPSetup({ code: lib.wrongCode(await totp(sharedSecret)) }), wrongSetup);
			const setUpWith = await totp(sharedSecret);
			await verifyTOTPSetup({ code: setUpWith, options: { friendlyDeviceName: 'phone' } });
			await updateMFAPreference({ totp: 'PREFERRED' });
			assert.deepEqual(await fetchMFAPreference(), { enabled: ['TOTP'], preferred: 'TOTP' });
			await signOut();

			assert.equal(step(await signIn(user)), 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
			await assert.rejects(answer(setUpWith), usedTOTP);
			const right = await nextTOTP(sharedSecret);
			await assert.rejects(answer(lib.wrongCode(right)), wrongTOTP);
			assert.equal(step(await answer(right)), 'DONE');
			await signOut();

			assert.equal(step(await signIn(user)), 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
			await assert.rejects(answer(right), usedTOTP);
			assert.equal(step(await answer(await nextTOTP(sharedSecret))), 'DONE');
			await updateMFAPreference({ totp: 'DISABLED' });
			await signOut();
			assert.equal(step(await signIn(user)), 'DONE');
		});
	}

	for (const [i, options] of ways.slice(1, 3).entries()) {
		test(`prefers one factor, or is asked which: ${wayName(options)}`, async () => {
			use(pool);
			const user = { username: `chooser-${i}`, password, options };
			const { email, phone_number } = await reachable(pool, user.username);
			await signIn(user);
			const { sharedSecret } = await setUpTOTP();
			await verifyTOTPSetup({ code: await totp(sharedSecret) });
			await updateMFAPreference({ totp: 'ENABLED', sms: 'ENABLED', email: 'PREFERRED' });
			assert.deepEqual(await fetchMFAPreference(), { enabled: ['SMS', 'TOTP', 'EMAIL'], preferred: 'EMAIL' });
			await assert.rejects(updateMFAPreference({ totp: 'PREFERRED', sms: 'PREFERRED' }), { name: 'InvalidParameterException' });
			await signOut();

			assert.equal(step(await signIn(user)), 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
			await answer(await lib.code(email));
			await updateMFAPreference({ email: 'NOT_PREFERRED' });
			assert.deepEqual(await fetchMFAPreference(), { enabled: ['SMS', 'TOTP', 'EMAIL'], preferred: undefined });
			await signOut();

			for (const [choice, next, right] of [
				['SMS', 'CONFIRM_SIGN_IN_WITH_SMS_CODE', () => lib.code(phone_number)],
				['EMAIL', 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', () => lib.code(email, 2)],
				['TOTP', 'CONFIRM_SIGN_IN_WITH_TOTP_CODE', () => nextTOTP(sharedSecret)],
			]) {
				const first = await signIn(user);
				assert.equal(step(first), 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION');
				assert.deepEqual(first.nextStep.allowedMFATypes, ['SMS', 'TOTP', 'EMAIL']);
				assert.equal(step(await answer(choice)), next);
				assert.equal(step(await answer(await right())), 'DONE');
				await signOut();
			}
		});
	}
});

describe('somebody who must have a factor and has none', async () => {
	const pool = await newPool(ownSender);
	await pool.askFor('ON', byApp);
	const mailed = await newPool(ownSender);
	await mailed.askFor('ON', byMail);
	const both = await newPool({ ...ownSender, Schema: [{ Name: 'nickname', Required: true, Mutable: true }] });
	await both.askFor('ON', byApp, byMail);

	for (const [i, options] of ways.entries()) {
		test(`sets up an app: ${wayName(options)}`, async () => {
			use(pool);
			const user = { username: `ada-${i}`, password, options };
			await pool.add(user.username);
			const first = await signIn(user);
			assert.equal(step(first), 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
			const { sharedSecret } = first.nextStep.totpSetupDetails;
			await assert.rejects(answer(lib.wrongCode(await totp(sharedSecret))), wrongSetup);
			assert.equal(step(await answer(await totp(sharedSecret), { friendlyDeviceName: 'phone' })), 'DONE');
			assert.deepEqual(await fetchMFAPreference(), { enabled: ['TOTP'], preferred: undefined });
			await signOut();
			assert.equal(step(await signIn(user)), 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
			assert.equal(step(await answer(await nextTOTP(sharedSecret))), 'DONE');
		});
	}

	for (const [i, options] of ways.slice(1, 3).entries()) {
		test(`gives an address: ${wayName(options)}`, async () => {
			use(mailed);
			const user = { username: `bob-${i}`, password, options };
			const email = lib.newEmail('bob');
			await mailed.add(user.username);
			assert.equal(step(await signIn(user)), 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP');
			const next = await answer(email);
			assert.equal(step(next), 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
			assert.equal(next.nextStep.codeDeliveryDetails.destination, 'b***@e***');
			const right = await lib.code(email);
			await assert.rejects(answer(lib.wrongCode(right)), wrongCode);
			assert.equal(step(await answer(right)), 'DONE');
			const attributes = await fetchUserAttributes();
			assert.deepEqual([attributes.email, attributes.email_verified], [email, 'true']);
			assert.deepEqual(await fetchMFAPreference(), { enabled: ['EMAIL'], preferred: undefined });
			await signOut();
			assert.equal(step(await signIn(user)), 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
			assert.equal(step(await answer(await lib.code(email, 2))), 'DONE');
		});

		test(`chooses a password first, gives what is missing, and then which factor: ${wayName(options)}`, async () => {
			use(both);
			const username = `new-${i}`;
			await both.invite(username);
			const first = await signIn({ username, password: temporary, options });
			assert.equal(step(first), 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
			assert.deepEqual(first.nextStep.missingAttributes, ['nickname']);
			const second = await answer(password, { userAttributes: { nickname: 'Countess' } });
			assert.equal(step(second), 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION');
			assert.deepEqual(second.nextStep.allowedMFATypes, ['TOTP', 'EMAIL']);
			const third = await answer('TOTP');
			assert.equal(step(third), 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
			const code = await totp(third.nextStep.totpSetupDetails.sharedSecret);
			assert.equal(step(await answer(code)), 'DONE');
			assert.equal((await fetchUserAttributes()).nickname, 'Countess');
		});
	}
});
