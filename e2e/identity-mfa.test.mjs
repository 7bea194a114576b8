// amazon-cognito-identity-js v6: second factors, by each of its callbacks.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AdminSetUserMFAPreferenceCommand } from '@aws-sdk/client-cognito-identity-provider';
import { associating, completing, enter, flows, newUser, preferring, proving, selecting, sending, userData } from './identity.mjs';
import * as lib from './lib.mjs';
import { nextTOTP, totp } from './otp.mjs';
import { byApp, bySMS, newPool, temporary } from './pool.mjs';

const { password } = lib;
const wrongCode = { code: 'CodeMismatchException', message: 'Invalid code or auth state for the user.' };
const wrongTOTP = { code: 'CodeMismatchException', message: 'Invalid code received for user' };
const usedTOTP = { code: 'ExpiredCodeException', message: 'Your software token has already been used once.' };
const wrongSetup = { code: 'EnableSoftwareTokenMFAException', message: 'Code mismatch' };

let phones = 0;
const newPhone = () => `+1555020${String(++phones).padStart(4, '0')}`;

describe('MFA that a person may have', async () => {
	const pool = await newPool();
	await pool.askFor('OPTIONAL', bySMS, byApp);

	for (const flow of flows) {
		test(`mfaRequired: ${flow}`, async () => {
			const name = `sms-${flow}`.toLowerCase();
			const phone_number = newPhone();
			await pool.add(name, { phone_number, phone_number_verified: 'true' });
			const user = newUser(name, pool, flow);
			await enter(user);
			assert.equal(await preferring(user, { Enabled: true, PreferredMfa: true }, null), 'SUCCESS');
			user.signOut();

			const [callback, challenge, details] = await enter(user);
			assert.deepEqual([callback, challenge], ['mfaRequired', 'SMS_MFA']);
			assert.equal(details.CODE_DELIVERY_DELIVERY_MEDIUM, 'SMS');
			assert.equal(details.CODE_DELIVERY_DESTINATION, `+*******${phone_number.slice(-4)}`);
			const right = await lib.code(phone_number);
			await assert.rejects(sending(user, lib.wrongCode(right)), wrongCode);
			const session = await sending(user, right);
			assert.ok(session.isValid());
			assert.equal(session.getIdToken().payload['cognito:username'], name);
			const { UserMFASettingList, PreferredMfaSetting } = await userData(user);
			assert.deepEqual([UserMFASettingList, PreferredMfaSetting], [['SMS_MFA'], 'SMS_MFA']);
		});

		test(`totpRequired and selectMFAType: ${flow}`, async () => {
			const name = `app-${flow}`.toLowerCase();
			const phone_number = newPhone();
			await pool.add(name, { phone_number, phone_number_verified: 'true' });
			const user = newUser(name, pool, flow);
			await enter(user);
			const on = { Enabled: true, PreferredMfa: true };
			await assert.rejects(preferring(user, null, on), { code: 'InvalidParameterException' });
			const secret = await associating(user);
			await assert.rejects(proving(user, lib.wrongCode(await totp(secret))), wrongSetup);
			const setUpWith = await totp(secret);
			assert.equal((await proving(user, setUpWith)).Status, 'SUCCESS');
			await preferring(user, null, on);
			user.signOut();

			const [callback, challenge, details] = await enter(user);
			assert.deepEqual([callback, challenge], ['totpRequired', 'SOFTWARE_TOKEN_MFA']);
			assert.equal(details.FRIENDLY_DEVICE_NAME, 'phone');
			await assert.rejects(sending(user, setUpWith, challenge), usedTOTP);
			const right = await nextTOTP(secret);
			await assert.rejects(sending(user, lib.wrongCode(right), challenge), wrongTOTP);
			assert.ok((await sending(user, right, challenge)).isValid());
			const noPreference = { Enabled: true, PreferredMfa: false };
			await preferring(user, noPreference, noPreference);
			user.signOut();

			for (const [answer, next, code] of [
				['SMS_MFA', 'mfaRequired', () => lib.code(phone_number)],
				['SOFTWARE_TOKEN_MFA', 'totpRequired', () => nextTOTP(secret)],
			]) {
				const [callback, challenge, choices] = await enter(user);
				assert.deepEqual([callback, challenge], ['selectMFAType', 'SELECT_MFA_TYPE']);
				assert.deepEqual(JSON.parse(choices.MFAS_CAN_CHOOSE), ['SMS_MFA', 'SOFTWARE_TOKEN_MFA']);
				assert.deepEqual((await selecting(user, answer)).slice(0, 2), [next, answer]);
				assert.ok((await sending(user, await code(), answer)).isValid());
				user.signOut();
			}
		});
	}

	test('an administrator takes the preference away', async () => {
		await pool.add('ada', { phone_number: newPhone() });
		await pool.send(AdminSetUserMFAPreferenceCommand, { Username: 'ada', SMSMfaSettings: { Enabled: true } });
		const user = newUser('ada', pool);
		assert.equal((await enter(user))[0], 'mfaRequired');
		await pool.send(AdminSetUserMFAPreferenceCommand, { Username: 'ada', SMSMfaSettings: { Enabled: false } });
		assert.equal((await enter(user))[0], 'onSuccess');
	});
});

describe('MFA that everybody has', async () => {
	const pool = await newPool({ Schema: [{ Name: 'nickname', Required: true, Mutable: true }] });
	await pool.askFor('ON', byApp);
	for (const flow of flows) {
		test(`newPasswordRequired, mfaSetup, and then totpRequired: ${flow}`, async () => {
			const name = `new-${flow}`.toLowerCase();
			await pool.invite(name);
			const user = newUser(name, pool, flow);
			const [due, attributes, required] = await enter(user, temporary);
			assert.deepEqual([due, attributes, required], ['newPasswordRequired', {}, ['nickname']]);
			const [callback, challenge, details] = await completing(user, password, { nickname: 'Countess' });
			assert.deepEqual([callback, challenge], ['mfaSetup', 'MFA_SETUP']);
			assert.deepEqual(JSON.parse(details.MFAS_CAN_SETUP), ['SOFTWARE_TOKEN_MFA']);
			const secret = await associating(user);
			await assert.rejects(proving(user, lib.wrongCode(await totp(secret))), wrongSetup);
			const session = await proving(user, await totp(secret));
			assert.ok(session.isValid());
			assert.equal(session.getIdToken().payload.nickname, 'Countess');
			user.signOut();

			assert.equal((await enter(user))[0], 'totpRequired');
			assert.ok((await sending(user, await nextTOTP(secret), 'SOFTWARE_TOKEN_MFA')).isValid());
		});
	}
});
