<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Database;

use Lockstep\MigrationTool\Database\StripGroups;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use PHPUnit\Framework\TestCase;

final class StripGroupsTest extends TestCase
{
    private const TABLES = ['admin_user', 'cache', 'catalog_product_entity', 'catalog_product_index_price', 'customer_entity', 'customer_log', 'email_contact', 'email_template', 'my_log_1', 'quote', 'quote_item', 'quotes_of_mine', 'sales_order', 'sales_order_status', 'search_query', 'session'];

    public function testGroupsNamesAndWildcards(): void
    {
        self::assertSame([], StripGroups::tables('', '', self::TABLES));
        self::assertSame(['session'], StripGroups::tables('@sessions', '', self::TABLES));
        self::assertSame(['quote', 'quote_item'], StripGroups::tables('@quotes', '', self::TABLES));
        self::assertSame(['customer_log', 'my_log_1', 'session'], StripGroups::tables("@log, session\n my_log_?", '', self::TABLES));
        self::assertSame(['cache', 'customer_log', 'session'], StripGroups::tables('@stripped', '', self::TABLES));
        self::assertSame(['email_contact'], StripGroups::tables('@dotmailer', '', self::TABLES), 'templates are Magento\'s');
        self::assertSame(self::TABLES, StripGroups::tables('*', '', self::TABLES));
        $development = StripGroups::tables('@development', '', self::TABLES);
        self::assertSame(['catalog_product_entity', 'catalog_product_index_price', 'email_contact', 'email_template', 'my_log_1', 'quotes_of_mine'], array_values(array_diff(self::TABLES, $development)));
    }

    public function testPrefix(): void
    {
        $prefixed = array_map(static fn (string $table): string => 'm*_' . $table, self::TABLES);
        self::assertSame(['m*_session'], StripGroups::tables('@sessions', 'm*_', ['mage_session', ...$prefixed]));
        self::assertSame(['mage_quote'], StripGroups::tables('quote', 'mage_', ['mage_quote', 'mage_quote_item', 'other_quote']));
        self::assertSame(['mage_quote'], StripGroups::tables('mage_quote', 'mage_', ['mage_quote', 'mage_quote_item']));
    }

    /** Each group is of wildcards that can be matched, and names groups that are there. */
    public function testEveryGroup(): void
    {
        foreach (StripGroups::names() as $name) {
            self::assertSame([], StripGroups::tables($name, '', ['catalog_product_entity', 'eav_attribute', 'core_config_data', 'store', 'url_rewrite', 'catalog_category_entity', 'cms_page']), $name);
        }
    }

    public function testUnknownGroup(): void
    {
        try {
            StripGroups::tables('@nothing', '', self::TABLES);
            self::fail();
        } catch (Failure $e) {
            self::assertSame([ExitCode::PREFLIGHT, 'strip'], [$e->exitCode, $e->error]);
            self::assertStringContainsString('@sessions', $e->hint);
        }
    }
}
