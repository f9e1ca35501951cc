<?php

/*
 * The admin's pages in a real browser: browser.php URL-OF-THE-ADMIN WEBDRIVER-AUTOLOADER DIRECTORY-FOR-SCREENSHOTS BACKUP-ID SHA-256-OF-ITS-TOOL-PART
 * Prints "ok" or "FAILED" a line, as the scripts around it do.
 */

declare(strict_types=1);

[, $admin, $autoload, $shots, $backup, $sha256] = $argv;
require $autoload;

use Facebook\WebDriver\Chrome\ChromeOptions;
use Facebook\WebDriver\Remote\DesiredCapabilities;
use Facebook\WebDriver\Remote\RemoteWebDriver;
use Facebook\WebDriver\WebDriverBy;
use Facebook\WebDriver\WebDriverDimension;
use Facebook\WebDriver\WebDriverExpectedCondition;
use Facebook\WebDriver\WebDriverKeys;

final class Browser
{
    public int $failed = 0;
    public readonly RemoteWebDriver $driver;

    public function __construct(private readonly string $admin, private readonly string $shots)
    {
        $options = (new ChromeOptions())->addArguments(['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--window-size=1280,1024', '--no-proxy-server']);
        $capabilities = DesiredCapabilities::chrome();
        $capabilities->setCapability(ChromeOptions::CAPABILITY, $options);
        $this->driver = RemoteWebDriver::create('http://127.0.0.1:' . (getenv('CHROMEDRIVER_PORT') ?: '9515'), $capabilities, 60000, 180000);
    }

    public function is(string $name, mixed $got, mixed $wanted = true): void
    {
        if ($got === $wanted) {
            printf("ok      %s\n", $name);

            return;
        }
        $this->failed++;
        printf("FAILED  %s\n        got    %s\n        wanted %s\n", $name, var_export($got, true), var_export($wanted, true));
    }

    public function signIn(string $user): void
    {
        $this->driver->manage()->deleteAllCookies();
        $this->driver->get($this->admin);
        $this->driver->findElement(WebDriverBy::id('username'))->sendKeys($user);
        $this->driver->findElement(WebDriverBy::id('login'))->sendKeys((string) getenv('LOCKSTEP_PASSWORD'))->submit();
        $this->await('.admin__menu, .menu-wrapper');
    }

    public function await(string $css, int $seconds = 60): void
    {
        $this->driver->wait($seconds)->until(WebDriverExpectedCondition::presenceOfElementLocated(WebDriverBy::cssSelector($css)));
    }

    /** Does the page show the words within half a minute? */
    public function tells(string $words): bool
    {
        for ($i = 0; $i < 60; $i++) {
            if (str_contains($this->text(), $words)) {
                return true;
            }
            usleep(500000);
        }

        return false;
    }

    public function script(string $script, mixed ...$arguments): mixed
    {
        return $this->driver->executeScript($script, $arguments);
    }

    /** Goes where a link of the menu leads: administrators' addresses hold a secret key. */
    public function follow(string $item): void
    {
        $this->driver->get((string) $this->script('return document.querySelector(arguments[0] + " a").href', $item));
        $this->await('.page-title-wrapper, .page-title');
    }

    public function text(string $css = 'body'): string
    {
        return $this->driver->findElement(WebDriverBy::cssSelector($css))->getText();
    }

    /**
     * A request of the page's own, as an attacker's page could send it.
     *
     * @param array<string, string> $fields
     *
     * @return array{int, string} status, final address and text
     */
    public function request(string $method, string $url, array $fields): array
    {
        /** @var array{int, string} $answer */
        $answer = $this->driver->executeAsyncScript(
            'const [method, url, fields, done] = arguments; const body = new URLSearchParams(fields);'
            . 'fetch(method === "GET" ? url + "?" + body : url, {method, credentials: "same-origin", headers: {Accept: "text/html"}, body: method === "GET" ? undefined : body})'
            . '.then(async r => done([r.status, r.url + "\n" + await r.text()]), e => done([0, String(e)]));',
            [$method, $url, $fields],
        );

        return $answer;
    }

    public function shoot(string $name): void
    {
        if ($this->shots === '') {
            return;
        }
        $height = (int) $this->script('return Math.max(document.body.scrollHeight, document.documentElement.scrollHeight)');
        $this->driver->manage()->window()->setSize(new WebDriverDimension(1280, min(4000, $height + 140)));
        usleep(500000);
        $this->driver->takeScreenshot($this->shots . '/' . $name . '.png');
        $this->driver->manage()->window()->setSize(new WebDriverDimension(1280, 1024));
    }
}

$browser = new Browser($admin, $shots);
try {
    $browser->signIn('lockstep-all');
    $browser->is('a system message tells that the versions differ', $browser->tells('does not fit this Magento'));

    $browser->follow('li.item-tool');
    $browser->is('the page has its title', str_contains($browser->text('.page-title-wrapper'), 'Data Migration Tool'));
    foreach (['Versions', 'Customizations of the Tool', 'Backups', 'Runs', 'Does not fit', 'Died'] as $words) {
        $browser->is("the page tells: $words", stripos($browser->text(), $words) !== false);
    }
    $browser->is('it names the backup', str_contains($browser->text(), $backup));
    $browser->is('it fits into 1280 pixels', $browser->script('return document.documentElement.scrollWidth <= 1280'));
    $summary = $browser->driver->findElement(WebDriverBy::cssSelector('.lockstep-section summary'));
    $browser->script('arguments[0].focus()', $summary);
    $browser->driver->getKeyboard()->sendKeys(WebDriverKeys::ENTER);
    $browser->is('a diff opens by the keyboard', $browser->script('return document.querySelector(".lockstep-section details").open'));
    $browser->is('no password stands on it', preg_match('/password="(?!\*\*\*")[^"]+"/', (string) $browser->script('return document.body.textContent')), 0);
    $browser->shoot('tool');

    $url = (string) $browser->script('return document.querySelector(".lockstep-actions form").action');
    $button = $browser->driver->findElement(WebDriverBy::cssSelector('.lockstep-actions form button'));
    $browser->script('arguments[0].focus()', $button);
    $browser->driver->getKeyboard()->sendKeys(WebDriverKeys::ENTER);
    $browser->await('.message-success');
    $browser->is('the button asks cron, by the keyboard too', str_contains($browser->text('.message-success'), 'cron begins it'));
    $browser->is('and waits then', str_contains($browser->text('.lockstep-actions'), 'waits for cron'));
    [$status, $body] = $browser->request('GET', $url, ['job' => 'backup']);
    $browser->is('a GET asks for nothing', !str_contains($body, 'cron begins it'));
    [$status, $body] = $browser->request('POST', $url, ['job' => 'backup']);
    $browser->is('a POST without a form key asks for nothing', !str_contains($body, 'cron begins it'));
    $browser->driver->navigate()->refresh();
    $browser->is('neither did', substr_count($browser->text('.lockstep-actions'), 'waits for cron'), 1);
    $key = (string) $browser->script('return window.FORM_KEY');
    [$status, $body] = $browser->request('POST', $url, ['job' => 'nonsense', 'form_key' => $key]);
    $browser->is('a job that is not there is told', str_contains($body, 'There is no such job'));
    $upgrade = '.lockstep-actions form:last-of-type button';
    $browser->driver->findElement(WebDriverBy::cssSelector($upgrade))->click();
    $browser->await('.modal-popup.confirm._show');
    $browser->shoot('ask');
    $browser->driver->findElement(WebDriverBy::cssSelector('.modal-popup.confirm._show .action-dismiss'))->click();
    $browser->is('an upgrade that is not agreed to is not asked for', substr_count($browser->text('.lockstep-actions'), 'waits for cron'), 1);

    // Downloads are off until an administrator switches them on.
    $confirm = str_replace('/tool/request/', '/backup/confirm/', $url);
    $browser->is('downloads are not offered', $browser->script('return document.querySelectorAll("a[href*=\'backup/confirm\']").length'), 0);
    $download = str_replace('/tool/request/', '/backup/download/', (string) preg_replace('~/key/[0-9a-f]+~', '', $url));
    [$status, $body] = $browser->request('POST', $download, ['id' => $backup, 'part' => 'tool', 'current_password' => (string) getenv('LOCKSTEP_PASSWORD'), 'form_key' => $key]);
    $browser->is('nor given', $status === 404 || !str_contains($body, "\x28\xB5\x2F\xFD"));

    // The configuration: what is wrong is refused, what is right stays.
    $browser->follow('li.item-system-config');
    $section = (string) $browser->script('return [...document.querySelectorAll("a.admin__page-nav-link")].find(a => a.href.includes("/section/lockstep")).href');
    $browser->driver->get($section);
    $browser->await('#lockstep_check_schedule');
    $set = static function (string $id, string $value) use ($browser): void {
        $browser->script('const e = document.getElementById(arguments[0]); e.value = arguments[1]; e.dispatchEvent(new Event("change", {bubbles: true}));', $id, $value);
    };
    $save = static function () use ($browser): void {
        $browser->script('document.getElementById("save").click()');
        $browser->await('.message-success, .message-error');
    };
    $set('lockstep_check_schedule', '61 3 * * *');
    $save();
    $browser->is('a wrong schedule is refused', str_contains($browser->text('.messages'), 'is no schedule'));
    $browser->await('#lockstep_backup_directory');
    $set('lockstep_backup_directory', (string) getenv('LOCKSTEP_SHOP') . '/pub/media');
    $save();
    $browser->is('a directory below pub/ is refused', str_contains($browser->text('.messages'), 'lies below pub/'));
    $set('lockstep_check_schedule', '18 4 * * *');
    $set('lockstep_download_enabled', '1');
    $save();
    $browser->is('right values are saved', str_contains($browser->text('.messages'), 'You saved the configuration'));
    $browser->is('and stay', $browser->script('return document.getElementById("lockstep_check_schedule").value'), '18 4 * * *');
    $browser->script('document.querySelectorAll(".entry-edit-head > a:not(.open)").forEach(a => a.click())');
    $browser->shoot('configuration');

    $browser->follow('li.item-tool');
    $browser->is('now downloads are offered', $browser->script('return document.querySelectorAll("a[href*=\'backup/confirm\']").length > 0'));
    $link = (string) $browser->script('return document.querySelector("a[href*=\'/part/tool/\']").href');
    $browser->driver->get($link);
    $browser->await('#current_password');
    $browser->shoot('download');
    $form = (string) $browser->script('return document.querySelector("form[action*=\'backup/download\']").action');
    $key = (string) $browser->script('return window.FORM_KEY');
    $browser->driver->findElement(WebDriverBy::id('current_password'))->sendKeys('not-the-password-1');
    $browser->script('document.querySelector("form[action*=\'backup/download\'] button").click()');
    $browser->await('.message-error');
    $browser->is('a wrong password gives nothing', str_contains($browser->text('.messages'), 'password'));
    $hash = $browser->driver->executeAsyncScript(
        'const [url, fields, done] = arguments; fetch(url, {method: "POST", credentials: "same-origin", body: new URLSearchParams(fields)})'
        . '.then(r => r.arrayBuffer()).then(b => crypto.subtle.digest("SHA-256", b)).then(h => done([...new Uint8Array(h)].map(x => x.toString(16).padStart(2, "0")).join("")), e => done(String(e)));',
        [$form, ['id' => $backup, 'part' => 'tool', 'current_password' => (string) getenv('LOCKSTEP_PASSWORD'), 'form_key' => $key]],
    );
    $browser->is('the right one gives the very file', $hash, $sha256);
    foreach (['../../app/etc/env.php', '..', '', $backup . '/../' . $backup] as $id) {
        [$status, $body] = $browser->request('POST', $form, ['id' => $id, 'part' => 'tool', 'current_password' => (string) getenv('LOCKSTEP_PASSWORD'), 'form_key' => $key]);
        $browser->is("no download by the id \"$id\"", $status, 404);
    }

    // Who may not, cannot.
    $browser->signIn('lockstep-some');
    $browser->is('without the right there is no item in the menu', $browser->script('return document.querySelectorAll("li.item-tool").length'), 0);
    $keyless = (string) preg_replace('~/key/[0-9a-f]+~', '', $url);
    [$status, $body] = $browser->request('POST', $keyless, ['job' => 'backup', 'form_key' => (string) $browser->script('return window.FORM_KEY')]);
    $browser->is('nor a job', !str_contains($body, 'cron begins it'));
    [$status, $body] = $browser->request('POST', str_replace('/tool/request/', '/backup/download/', $keyless), ['id' => $backup, 'part' => 'tool', 'current_password' => (string) getenv('LOCKSTEP_PASSWORD'), 'form_key' => (string) $browser->script('return window.FORM_KEY')]);
    $browser->is('nor a download', $status === 403 || str_contains($body, 'need permissions'));
} catch (\Throwable $e) {
    $browser->is('the browser\'s tests run to their end: ' . get_class($e) . ': ' . substr($e->getMessage(), 0, 500) . ' line ' . $e->getLine(), false);
    $browser->shoot('failed');
} finally {
    $browser->driver->quit();
}
exit($browser->failed === 0 ? 0 : 1);
