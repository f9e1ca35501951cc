/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 6e3a966e45a5fdd3dad821cac316fe371fe5a736 */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Site_read, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, root, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, vendor, IS_STRING, 0, "\"vendor\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Site_compareLocks, 0, 2, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, before, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, after, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Site_parseReleases, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, json, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Site_resolve, 0, 2, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, magento, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, releases, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, nearest, _IS_BOOL, 0, "false")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, hotfix, _IS_BOOL, 0, "true")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Site_checkVersion, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, version, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Site_compareVersions, 0, 2, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, left, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, right, IS_STRING, 0)
ZEND_END_ARG_INFO()


ZEND_METHOD(Lockstep_Site, read);
ZEND_METHOD(Lockstep_Site, compareLocks);
ZEND_METHOD(Lockstep_Site, parseReleases);
ZEND_METHOD(Lockstep_Site, resolve);
ZEND_METHOD(Lockstep_Site, checkVersion);
ZEND_METHOD(Lockstep_Site, compareVersions);


static const zend_function_entry class_Lockstep_Site_methods[] = {
	ZEND_ME(Lockstep_Site, read, arginfo_class_Lockstep_Site_read, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Site, compareLocks, arginfo_class_Lockstep_Site_compareLocks, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Site, parseReleases, arginfo_class_Lockstep_Site_parseReleases, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Site, resolve, arginfo_class_Lockstep_Site_resolve, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Site, checkVersion, arginfo_class_Lockstep_Site_checkVersion, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Site, compareVersions, arginfo_class_Lockstep_Site_compareVersions, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Lockstep_Site(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Lockstep", "Site", class_Lockstep_Site_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}
